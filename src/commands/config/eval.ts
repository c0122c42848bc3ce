import type { CommandSpec } from "../../cli/command.ts";
import { IMPERSONATE_FLAG, keywordFlag } from "./keyword_flags.ts";
import { readValues } from "./read_values.ts";

/** `agent SELECTOR eval` */
export const EVAL: CommandSpec = {
  words: ["eval"],
  aliases: [["config", "eval"]],
  scope: "service",
  summary: "print values of keywords as this node sees them",
  isData: true,
  flags: [
    keywordFlag("SECTION.KEYWORD", "a keyword to print; of DEFAULT when no section is said"),
    IMPERSONATE_FLAG,
  ],
  positional: { name: "SECTION.KEYWORD", text: "the same as with --kw", isMany: true, isOptional: true },
  examples: [
    { command: "agent testmd eval --kw nodes", text: "prints the nodes, with references replaced" },
    {
      command: "agent testmd eval --kw 'task#0.schedule' --impersonate n2",
      text: "prints what n2 would use",
    },
  ],
  details:
    "Scopes, inheritance from DEFAULT, references, expressions and defaults are applied. A keyword that is not set " +
    "and has no default is null in JSON and - in tables; when nothing that was asked for has a value, the exit code is 4.",
  run: (invocation, system) => readValues(invocation, system, true),
};
