import { nearest } from "../core/text/nearest.ts";
import type { CommandSpec } from "./command.ts";
import { UsageError } from "./usage_error.ts";

/** The command that some words name, and the words that come after its name. */
export interface FoundCommand {
  readonly command: CommandSpec;
  readonly rest: readonly string[];
}

type Quality = "exact" | "shortened" | "alias";

interface Match extends FoundCommand {
  readonly quality: Quality;
  readonly length: number;
}

/**
 * Finds the command that the words name: an exact name first (the longest one), then an unambiguous shortening
 * (`print sched`, or `sync` where only one action starts so), then shortened aliases. Words may be joined by `_`.
 * Throws `UsageError` when there is none, or several.
 */
export function findCommand(words: readonly string[], commands: readonly CommandSpec[]): FoundCommand {
  const matches = commands.flatMap((command) => matchesOf(command, words));
  const fitting = matches.filter(({ command, rest }) => rest.length === 0 || command.positional);
  const exact = longest(fitting.filter(({ quality }) => quality === "exact"));
  if (exact) return exact;
  for (const quality of ["shortened", "alias"] as const) {
    const found = onlyOne(words, fitting.filter((match) => match.quality === quality));
    if (found) return found;
  }
  throw unknownAction(words, matches, commands);
}

/** Every match of the command's own words and of its aliases. */
function matchesOf(command: CommandSpec, words: readonly string[]): Match[] {
  const own = matchWords(command.words, words);
  const others = (command.aliases ?? []).map((alias) => matchWords(alias, words));
  return [
    ...(own ? [{ command, ...own, quality: own.isExact ? "exact" as const : "shortened" as const }] : []),
    ...others.flatMap((match) =>
      match ? [{ command, ...match, quality: match.isExact ? "exact" as const : "alias" as const }] : []
    ),
  ];
}

interface WordMatch {
  readonly isExact: boolean;
  readonly length: number;
  readonly rest: readonly string[];
}

/** Compares typed words with one spelling; the typed ones may be shorter, and may end early. */
function matchWords(spelling: readonly string[], typed: readonly string[]): WordMatch | undefined {
  const parts: string[] = [];
  let used = 0;
  while (used < typed.length && parts.length < spelling.length) parts.push(...typed[used++]!.split("_"));
  if (
    parts.length > spelling.length || parts.some((part, i) => part === "" || !spelling[i]!.startsWith(part))
  ) {
    return undefined;
  }
  const isExact = parts.length === spelling.length && parts.every((part, i) => part === spelling[i]);
  return { isExact, length: parts.length, rest: typed.slice(used) };
}

function longest(matches: readonly Match[]): Match | undefined {
  return matches.toSorted((a, b) => b.length - a.length)[0];
}

/** The one command that is meant; one whose first words are typed out beats those that only start alike. */
function onlyOne(words: readonly string[], matches: readonly Match[]): Match | undefined {
  const best = longest(matches);
  const meant = matches.filter(({ length }) => length === best?.length);
  const names = [...new Set(meant.map(({ command }) => command.words.join(" ")))];
  if (names.length > 1) {
    throw new UsageError(
      `Cannot run "${words.join(" ")}": it can mean ${names.join(", ")}, expected one action`,
    );
  }
  return best;
}

function unknownAction(
  words: readonly string[],
  matches: readonly Match[],
  commands: readonly CommandSpec[],
) {
  const typed = words.join(" ");
  const surplus = longest(matches);
  if (surplus) {
    return new UsageError(
      `Cannot run "${typed}": "${surplus.rest[0]}" comes after ${
        surplus.command.words.join(" ")
      }, expected no more words`,
    );
  }
  const names = commands.flatMap(({ words, aliases = [] }) => [words, ...aliases]).map((spelling) =>
    spelling.join(" ")
  );
  const near = nearest(typed.replaceAll("_", " "), names) ?? nearest(words[0]!, names);
  const hint = near ? `; did you mean "${near}"?` : ", expected one that agent help lists";
  return new UsageError(`Cannot run "${typed}": there is no such action${hint}`);
}
