import type { CommandSpec } from "../../cli/command.ts";
import { keywordFlag } from "./keyword_flags.ts";
import { readValues } from "./read_values.ts";

/** `agent SELECTOR get` */
export const GET: CommandSpec = {
  words: ["get"],
  aliases: [["config", "get"]],
  scope: "service",
  summary: "print values of keywords as they are written",
  isData: true,
  flags: [keywordFlag("SECTION.KEYWORD", "a keyword to print; of DEFAULT when no section is said")],
  positional: { name: "SECTION.KEYWORD", text: "the same as with --kw", isMany: true, isOptional: true },
  examples: [
    { command: "agent testmd get --kw 'task#0.user'", text: "prints the user of a task" },
    { command: "agent testmd get nodes 'nodes@n1'", text: "prints two values in a table" },
    { command: "agent '*' get --kw comment --format json", text: "prints the comment of every service" },
  ],
  details:
    "References stay as they are written; eval shows what they stand for. A single value is printed alone. " +
    "A keyword that is not set is null in JSON and - in tables; when nothing that was asked for is set, the exit code is 4.",
  run: (invocation, system) => readValues(invocation, system, false),
};
