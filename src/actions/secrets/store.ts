import { setOption, unsetOption } from "../../core/config/edit.ts";
import { NotFoundError, RefusedError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import { formatEnvelope, packedOf } from "../../core/secrets/envelope.ts";
import type { Form, StoreKind } from "../../core/secrets/stored_value.ts";
import {
  describeValueError,
  formatPlainValue,
  formOf,
  parseStoredValue,
} from "../../core/secrets/stored_value.ts";
import { distrustSecrecy } from "../../core/trust.ts";
import type { Bytes } from "../../ports.ts";
import { configPath } from "../../state/folders.ts";
import type { Agent } from "../agent.ts";
import { refusingBadText, tell } from "../config/change.ts";
import { openConfig } from "../config/open.ts";
import { readConfig, whileLocked, writeConfig } from "../config/store.ts";
import { needClusterKey } from "./cluster_secret.ts";
import { createOpener } from "./open.ts";

/** The largest value that is kept, in bytes: it grows twice by a third, and the whole file has 1 MiB. */
export const MAX_VALUE_BYTES = 512 * 1024;

/** A key of an object, without its value. */
export interface KeyRow {
  readonly path: string;
  readonly key: string;
  readonly form: Form;
}

/** An object that holds keys. */
export type StorePath = ObjectPath & { readonly kind: StoreKind };

/** Tells the paths of `cfg` and `sec` objects from others, which hold no keys; throws `RefusedError`. */
export function storePath(path: ObjectPath): StorePath {
  if (path.kind === "cfg" || path.kind === "sec") return path as StorePath;
  throw new RefusedError(
    `Cannot look for keys in ${formatObjectPath(path)}: it is a ${path.kind} object, expected cfg or sec`,
  );
}

/** The keys of an object, in the order of the file. */
export function listKeys(agent: Agent, path: StorePath): readonly KeyRow[] {
  return [...dataOf(agent, path)].map(([key, value]) => ({
    path: formatObjectPath(path),
    key,
    form: formOf(value),
  }));
}

/** The value of a key, decrypted; throws `NotFoundError`, and `RefusedError` with the reason when it cannot be had. */
export async function decodeKey(agent: Agent, path: StorePath, key: string): Promise<Bytes> {
  const stored = dataOf(agent, path).get(key);
  if (stored === undefined) throw noSuchKey(path, key);
  refuseOpenSecrets(agent, path);
  try {
    return await createOpener(agent)(parseStoredValue(stored, path.kind));
  } catch (error) {
    const reason = describeValueError(error);
    throw new RefusedError(`Cannot decode ${key} of ${formatObjectPath(path)}: ${reason}`, { cause: error });
  }
}

/**
 * Sets a key to a value: encrypted in a `sec` object. `mustExist` refuses a key that is not there yet. The object must
 * exist; its file is written for its owner alone.
 */
export function setKey(
  agent: Agent,
  path: StorePath,
  { key, value, mustExist }: { readonly key: string; readonly value: Bytes; readonly mustExist: boolean },
): Promise<void> {
  return whileLocked(agent, async () => {
    const isThere = dataOf(agent, path).has(key);
    if (mustExist && !isThere) throw noSuchKey(path, key);
    const text = path.kind === "sec" ? await sealed(agent, value) : formatPlainValue(value);
    await rewrite(agent, path, (before) => setOption(before, "data", key, text));
    const name = formatObjectPath(path);
    tell(agent, name, [{ message: `${isThere ? "change" : "add"} key ${key} (${value.length} bytes)` }]);
  });
}

/** Removes a key; throws `NotFoundError` when there is none. */
export function removeKey(agent: Agent, path: StorePath, key: string): Promise<void> {
  return whileLocked(agent, async () => {
    if (!dataOf(agent, path).has(key)) throw noSuchKey(path, key);
    await rewrite(agent, path, (before) => unsetOption(before, "data", key));
    tell(agent, formatObjectPath(path), [{ message: `remove key ${key}` }]);
  });
}

function dataOf(agent: Agent, path: StorePath): ReadonlyMap<string, string> {
  const { configuration } = openConfig(agent, path);
  const section = configuration.document.sections.get("data");
  return new Map([...section?.byKey ?? []].map(([key, { value }]) => [key, value]));
}

/** A secret that others can read has been read: nobody shall go on as if it had not. */
function refuseOpenSecrets(agent: Agent, path: StorePath): void {
  const content = agent.configs.read(path);
  if (path.kind !== "sec" || content.kind !== "text") return;
  const file = configPath(agent.folders, path);
  const doubt = distrustSecrecy({ path: file, ...content.facts }, agent.system.users.self.uid);
  if (doubt !== undefined) throw new RefusedError(`Cannot use ${formatObjectPath(path)}: ${doubt}`);
}

async function sealed(agent: Agent, value: Bytes): Promise<string> {
  const key = await needClusterKey(agent);
  const envelope = await agent.system.cipher.encrypt(key, packedOf(value));
  return `crypt:${formatEnvelope(envelope, agent.node.name)}`;
}

async function rewrite(agent: Agent, path: StorePath, edit: (text: string) => string): Promise<void> {
  const name = formatObjectPath(path);
  const before = readConfig(agent, path);
  const after = refusingBadText(`Cannot change ${name}`, name, () => edit(before));
  if (after !== before) await writeConfig(agent, path, after);
}

function noSuchKey(path: StorePath, key: string): NotFoundError {
  const name = formatObjectPath(path);
  return new NotFoundError(
    `Cannot find the key "${key}": ${name} has none of that name, expected one that agent ${name} keys shows`,
  );
}
