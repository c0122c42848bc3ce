/**
 * Help texts, from the specifications only.
 *
 * @module
 */
import { formatColumns } from "../core/text/table.ts";
import { wrap } from "../core/text/wrap.ts";
import type { CommandSpec, Scope } from "./command.ts";
import { dashed, type FlagSpec } from "./flag_spec.ts";
import { GLOBAL_FLAGS, ownFlags, VERSION_FLAG } from "./flags.ts";

const WIDTH = 100;

/** The groups of the overview, in order. */
const SCOPES: readonly (readonly [Scope, string])[] = [
  ["service", "actions on services, as agent SELECTOR ACTION"],
  ["daemon", "the daemon"],
  ["node", "this node"],
  ["schedule", "tools for schedules"],
  ["agent", "about the agent"],
];

/** A further text of the help. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly text: string;
}

/** How the agent is called, in two lines. */
export function usageText(): string {
  return "usage: agent SELECTOR ACTION [FLAGS]\n       agent COMMAND [FLAGS]\nagent help lists actions, commands and flags\n";
}

/** Everything at a glance. */
export function overviewText(commands: readonly CommandSpec[], topics: readonly Topic[] = []): string {
  const groups = SCOPES.flatMap(([scope, title]) => {
    const rows = commands.filter((command) => command.scope === scope).map((command) => [
      command.words.join(" "),
      command.summary,
    ]);
    return rows.length === 0 ? [] : [section(title, rows)];
  });
  return [
    "agent: runs the tasks of services, by hand and on schedule\n",
    usageSection(["SELECTOR ACTION [FLAGS]", "COMMAND [FLAGS]", "help [ACTION | TOPIC]"]),
    ...groups,
    section("flags of every command", flagRows([...GLOBAL_FLAGS, VERSION_FLAG])),
    ...(topics.length > 0 ? [section("topics", topics.map(({ name, summary }) => [name, summary]))] : []),
  ].join("\n");
}

/** All about one command. */
export function commandText(command: CommandSpec): string {
  const { words, aliases = [], positional, details, examples } = command;
  const spellings = aliases.map((alias) => [alias.join(" ")]);
  return [
    `${words.join(" ")}: ${command.summary}\n`,
    usageSection([usageOf(command)]),
    ...(spellings.length > 0 ? [section("other spellings", spellings)] : []),
    ...(positional ? [section("words", [[positional.name, positional.text]])] : []),
    ...(details ? [`${wrap(details.trim(), WIDTH).join("\n")}\n`] : []),
    ...(ownFlags(command).length > 0 ? [section("flags", flagRows(ownFlags(command)))] : []),
    section("flags of every command", flagRows(GLOBAL_FLAGS)),
    `examples:\n${examples.map(({ command, text }) => `  ${command}\n      ${text}\n`).join("")}`,
  ].join("\n");
}

/** Everything after `agent` in the usage line of a command. */
export function usageOf(command: CommandSpec): string {
  if (command.usage !== undefined) return command.usage;
  const { positional } = command;
  const name = positional && `${positional.name}${positional.isMany ? " ..." : ""}`;
  const place = command.scope !== "service" ? [] : [command.isSelectorOptional ? "[SELECTOR]" : "SELECTOR"];
  return [
    ...place,
    ...command.words,
    ...(name ? [positional.isOptional ? `[${name}]` : name] : []),
    "[FLAGS]",
    ...(command.passthrough ? ["[-- ARGUMENT ...]"] : []),
  ].join(" ");
}

function usageSection(lines: readonly string[]): string {
  return `usage:\n${lines.map((line) => `  agent ${line}\n`).join("")}`;
}

/** Rows of two cells, the second one wrapped to what is left of the line. */
function section(title: string, rows: readonly (readonly string[])[]): string {
  const left = Math.max(...rows.map(([name = ""]) => name.length)) + 4;
  const lines = rows.flatMap(([name = "", text = ""]) =>
    wrap(text, WIDTH - left).map((line, i) => [i === 0 ? `  ${name}` : "", line])
  );
  return `${title}:\n${formatColumns(lines, [{ minWidth: left }])}`;
}

function flagRows(flags: readonly FlagSpec[]): string[][] {
  return flags.map((flag) => [flagName(flag), flagText(flag)]);
}

/** Such as `-q, --quiet` or `--rid RID`. */
export function flagName(flag: FlagSpec): string {
  const names = [flag.name, ...(flag.aliases ?? [])].toSorted((a, b) => a.length - b.length).map(dashed);
  return names.join(", ") + (flag.kind === "boolean" ? "" : ` ${flag.valueName ?? "VALUE"}`);
}

/** The text with choices and default, as the help shows it. */
export function flagText(flag: FlagSpec): string {
  const facts = [
    ...(flag.choices ? [flag.choices.join(", ")] : []),
    ...(flag.kind === "strings" ? ["may be repeated"] : []),
    ...(flag.default !== undefined ? [`default: ${flag.default}`] : []),
  ];
  return facts.length > 0 ? `${flag.text} (${facts.join("; ")})` : flag.text;
}
