import { findKeywordRows, type KeywordRow } from "../../actions/config/keyword_rows.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { writeRows } from "../../cli/output.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { System } from "../../ports.ts";
import { keywordDetails, keywordList, keywordMarkdown } from "./keywords_text.ts";

const FIELDS = [
  "file",
  "section",
  "keyword",
  "alias",
  "converter",
  "default",
  "candidates",
  "scopable",
  "required",
  "inheritance",
  "since",
  "example",
  "text",
  "unsupported",
] as const satisfies readonly (keyof KeywordRow)[];

/** `agent keywords [SECTION [KEYWORD]]` */
export const KEYWORDS_COMMAND: CommandSpec = {
  words: ["keywords"],
  scope: "agent",
  summary: "show the keywords of configurations: all, those of a section, or all about one",
  isData: true,
  flags: [{ name: "markdown", kind: "boolean", text: "print Markdown" }],
  positional: {
    name: "WORD",
    text: "a section (DEFAULT, task, task.host, fs, subset, node) then a keyword of it",
    isMany: true,
    isOptional: true,
  },
  usage: "keywords [SECTION [KEYWORD]] [FLAGS]",
  examples: [
    { command: "agent keywords task", text: "lists what a task section can hold" },
    { command: "agent keywords task user", text: "shows all about one keyword" },
    { command: "agent keywords --markdown", text: "prints the complete reference as Markdown" },
    { command: "agent keywords --format json", text: "prints the complete reference as JSON" },
  ],
  details: "The section * stands for every resource. The section node is that of node.conf.",
  run: show,
};

function show({ flags, positionals }: Invocation, { terminal }: System): Promise<number> {
  const [section, keyword, ...more] = positionals;
  if (more.length > 0) {
    throw new UsageError(
      `Cannot run "keywords": there is "${more[0]}" after the keyword, expected two words`,
    );
  }
  const rows = findKeywordRows(section, keyword);
  if (flags.boolean("markdown")) terminal.write("stdout", keywordMarkdown(rows));
  else if (flags.format !== "table") writeRows(terminal, rows, { fields: FIELDS, columns: [] }, flags.format);
  else terminal.write("stdout", keyword === undefined ? keywordList(rows) : keywordDetails(rows));
  return Promise.resolve(0);
}
