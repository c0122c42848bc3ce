import { decodeKey } from "../../actions/secrets/store.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { KEY_FLAG, keyOf, storeFor } from "./key_flags.ts";

/** `agent sec/NAME decode` */
export const DECODE: CommandSpec = {
  words: ["decode"],
  scope: "service",
  summary: "print the value of a key of a cfg or sec object, decrypted",
  flags: [KEY_FLAG],
  examples: [{ command: "agent sec/db decode --key password", text: "prints a secret, byte for byte" }],
  details: "No line break is added. It is the only command that shows a secret.",
  run: decode,
};

async function decode(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const value = await decodeKey(agent, storeFor(agent, invocation), keyOf(invocation));
  system.terminal.write("stdout", value);
  return 0;
}
