import { unsetKeys } from "../../actions/config/set.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { parseKeyName } from "../../core/config/assignment.ts";
import type { System } from "../../ports.ts";
import { agentFor, pathsFor } from "../context.ts";
import { keywordFlag, keywordsOf } from "./keyword_flags.ts";
import { readingWords, tellingErrors, tellRemarks } from "./remarks.ts";

/** `agent SELECTOR unset` */
export const UNSET: CommandSpec = {
  words: ["unset"],
  aliases: [["config", "unset"]],
  scope: "service",
  summary: "remove keywords",
  flags: [keywordFlag("SECTION.KEYWORD", "a keyword to remove; of DEFAULT when no section is said")],
  positional: { name: "SECTION.KEYWORD", text: "the same as with --kw", isMany: true, isOptional: true },
  examples: [
    { command: "agent testmd unset --kw 'task#0.user'", text: "removes the user of a task" },
    {
      command: "agent testmd unset --kw 'nodes@n1' --kw task.timeout",
      text: "removes a scoped line, and every timeout",
    },
  ],
  details: "A keyword that is not set is no error. The result is validated first, as with set. " +
    "Whole sections are removed by delete --rid.",
  run: unset,
};

async function unset(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const names = keywordsOf(invocation).map((word) => readingWords(() => parseKeyName(word)));
  const paths = pathsFor(agent, invocation);
  tellRemarks(invocation, system, await tellingErrors(system, () => unsetKeys(agent, paths, names)));
  return 0;
}
