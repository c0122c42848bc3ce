import { setKey } from "../../actions/secrets/store.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { tellingErrors } from "../config/remarks.ts";
import { KEY_FLAG, keyOf, readValue, storeFor, VALUE_FLAGS } from "./key_flags.ts";

/** `agent sec/NAME add` */
export const ADD: CommandSpec = {
  words: ["add"],
  scope: "service",
  summary: "add a key with a value to a cfg or sec object, or replace it",
  flags: [KEY_FLAG, ...VALUE_FLAGS],
  examples: [
    {
      command: "agent sec/db add --key password --from password.txt",
      text: "keeps a secret, encrypted; the bytes of the file are the value",
    },
    { command: "printf %s secret | agent sec/db add --key password --from -", text: "reads it from a pipe" },
    { command: "agent cfg/site add --key region --value eu", text: "keeps a value that is no secret" },
  ],
  details:
    "The object must exist: agent sec/db create makes it. A value of a sec object is encrypted as OpenSVC does, by the " +
    "cluster secret of cluster.conf; the first secret of a node without one makes it. A line break at the end of a file " +
    "belongs to the value. At most 512 KiB.",
  run: (invocation, system) => set(invocation, system, false),
};

/** `agent sec/NAME change` */
export const CHANGE: CommandSpec = {
  words: ["change"],
  scope: "service",
  summary: "change the value of a key that a cfg or sec object has",
  flags: [KEY_FLAG, ...VALUE_FLAGS],
  examples: [{
    command: "agent sec/db change --key password --from -",
    text: "reads the new value from standard input, up to its end",
  }],
  details:
    "Like add, but a key that is not there is an error, exit code 4. Runs that are under way keep the old value.",
  run: (invocation, system) => set(invocation, system, true),
};

async function set(invocation: Invocation, system: System, mustExist: boolean): Promise<number> {
  const agent = agentFor(invocation, system);
  const path = storeFor(agent, invocation);
  const key = keyOf(invocation);
  const value = await readValue(invocation, system);
  await tellingErrors(system, () => setKey(agent, path, { key, value, mustExist }));
  return 0;
}
