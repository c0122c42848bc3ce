import { removeKey } from "../../actions/secrets/store.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { tellingErrors } from "../config/remarks.ts";
import { KEY_FLAG, keyOf, storeFor } from "./key_flags.ts";

/** `agent sec/NAME remove` */
export const REMOVE: CommandSpec = {
  words: ["remove"],
  scope: "service",
  summary: "remove a key from a cfg or sec object",
  flags: [KEY_FLAG],
  examples: [{ command: "agent sec/db remove --key password", text: "removes one secret" }],
  details: "A key that is not there is an error, exit code 4. Tasks that name it are refused from then on.",
  run: remove,
};

async function remove(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const path = storeFor(agent, invocation);
  await tellingErrors(system, () => removeKey(agent, path, keyOf(invocation)));
  return 0;
}
