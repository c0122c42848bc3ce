import { MAX_VALUE_BYTES, type StorePath, storePath } from "../../actions/secrets/store.ts";
import type { Agent } from "../../actions/agent.ts";
import type { Invocation } from "../../cli/command.ts";
import type { FlagSpec } from "../../cli/flag_spec.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { RefusedError } from "../../core/errors.ts";
import type { Bytes, System } from "../../ports.ts";
import { singlePath } from "../context.ts";

/** Which key of an object. */
export const KEY_FLAG: FlagSpec = { name: "key", kind: "string", valueName: "KEY", text: "the key" };

/** Where a value comes from. */
export const VALUE_FLAGS: readonly FlagSpec[] = [
  {
    name: "from",
    kind: "string",
    valueName: "FILE",
    text: "a file with the value, byte for byte; - is standard input",
  },
  {
    name: "value",
    kind: "string",
    valueName: "TEXT",
    text: "the value; every user of the host sees it while the command runs, so rather --from for a secret",
  },
];

/** The one `cfg` or `sec` object that a command line names. */
export function storeFor(agent: Agent, invocation: Invocation): StorePath {
  return storePath(singlePath(agent, invocation));
}

/** The key that a command line names; throws `UsageError` without one. */
export function keyOf({ command, flags }: Invocation): string {
  const key = flags.string("key");
  if (key) return key;
  throw new UsageError(`Cannot ${command.words.join(" ")}: no key is given, expected --key KEY`);
}

/** The value that a command line gives or points to. */
export async function readValue({ command, flags }: Invocation, system: System): Promise<Bytes> {
  const [from, value] = [flags.string("from"), flags.string("value")];
  if ((from === undefined) === (value === undefined)) {
    const count = from === undefined ? "no value is" : "two values are";
    throw new UsageError(
      `Cannot ${command.words.join(" ")}: ${count} given, expected --from FILE, --from - or --value TEXT`,
    );
  }
  const bytes = value === undefined ? await readSource(from!, system) : new TextEncoder().encode(value);
  if (bytes.length > MAX_VALUE_BYTES) throw tooLarge();
  return bytes;
}

async function readSource(file: string, { files, terminal }: System): Promise<Bytes> {
  if (file === "") throw new UsageError("Cannot use --from: the name is empty, expected a file or -");
  if (file === "-") return await terminal.readInputBytes();
  try {
    const bytes = files.readBytes(file, MAX_VALUE_BYTES);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new RefusedError(`Cannot read "${file}": ${error instanceof Error ? error.message : error}`);
  }
  throw new RefusedError(`Cannot read "${file}": there is no such file`);
}

function tooLarge(): RefusedError {
  return new RefusedError("Cannot keep the value: it is larger than 512 KiB, expected at most that");
}
