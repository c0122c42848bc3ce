import { setKeys } from "../../actions/config/set.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { parseAssignment } from "../../core/config/assignment.ts";
import type { System } from "../../ports.ts";
import { agentFor, pathsFor } from "../context.ts";
import { keywordFlag, keywordsOf } from "./keyword_flags.ts";
import { readingWords, tellingErrors, tellRemarks } from "./remarks.ts";

/** `agent SELECTOR set` */
export const SET: CommandSpec = {
  words: ["set"],
  aliases: [["config", "set"]],
  scope: "service",
  summary: "set keywords",
  flags: [keywordFlag("SECTION.KEYWORD=VALUE", "a keyword to set, with =, +=, -= or |=")],
  positional: {
    name: "SECTION.KEYWORD=VALUE",
    text: "the same as with --kw",
    isMany: true,
    isOptional: true,
  },
  examples: [
    { command: "agent testmd set --kw 'task#0.user=admin'", text: "sets the user of a task" },
    { command: "agent testmd set --kw 'task#0.schedule@n1=@10'", text: "sets a schedule for one node only" },
    { command: "agent testmd set --kw task.timeout=5m", text: "sets the timeout of every task" },
    { command: "agent testmd set --kw nodes+=n2 --kw 'task#0.tags|=backup'", text: "adds words to lists" },
  ],
  details:
    "+= appends a word, -= removes it, |= appends it unless it is there, nodes[0]+=n1 inserts it. A group instead of " +
    "a resource stands for all resources of the group. Without a section, DEFAULT.\n\n" +
    "All of it is done or nothing: the result is validated first, and errors that it brings refuse the change with exit " +
    "code 3. Errors that were there before in other lines do not. All other lines, comments and the order stay; when " +
    "nothing changes the file is not written.",
  run: set,
};

async function set(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const assignments = keywordsOf(invocation).map((word) => readingWords(() => parseAssignment(word)));
  const paths = pathsFor(agent, invocation);
  tellRemarks(invocation, system, await tellingErrors(system, () => setKeys(agent, paths, assignments)));
  return 0;
}
