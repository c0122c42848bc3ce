import { parseArgs } from "@std/cli/parse-args";
import { nearest } from "../core/text/nearest.ts";
import type { CommandSpec } from "./command.ts";
import { dashed, type FlagSpec } from "./flag_spec.ts";
import { convertFlag, Flags, type FlagValue } from "./flag_values.ts";
import { allFlags, VERSION_FLAG } from "./flags.ts";
import { tokenize, type Tokens, type TypedFlag } from "./tokens.ts";
import { UsageError } from "./usage_error.ts";
import { findCommand, type FoundCommand } from "./words.ts";

/** A command line with its command found and its flags read. */
export interface ParsedCommand {
  readonly command: CommandSpec;
  readonly selector: string | undefined;
  readonly flags: Flags;
  readonly positionals: readonly string[];
  readonly passthrough: readonly string[] | undefined;
}

/** What a command line asks for; `overview` is help about everything. */
export type ParsedArgs =
  | { readonly kind: "run"; readonly parsed: ParsedCommand }
  | { readonly kind: "help"; readonly command: CommandSpec }
  | { readonly kind: "overview" | "version" | "nothing" };

/** Called by this name, the link is the reference's own, and names no service. */
const REFERENCE_NAME = "om";

/**
 * Reads a command line. `calledAs` is the name of the link that the agent was called by, which then is the selector.
 * Throws `UsageError` for everything that cannot be understood.
 */
export function parseCommandLine(
  argv: readonly string[],
  commands: readonly CommandSpec[],
  calledAs?: string,
): ParsedArgs {
  const link = calledAs === REFERENCE_NAME ? undefined : calledAs;
  if (argv.length === 0) return { kind: "nothing" };
  const tokens = tokenize(argv, everyFlag(commands));
  const has = (name: string) => tokens.flags.some(({ spec }) => spec?.name === name);
  const { selector, words, candidates } = splitSelector(tokens.words, commands, link);
  if (words.length > 0) {
    return understood(tokens, selector, findOrBlame(tokens, words, candidates), has("help"));
  }
  readFlags(tokens, everyFlag(commands));
  if (selector === undefined && has("version")) return { kind: "version" };
  if (has("help")) return { kind: "overview" };
  throw noAction(selector, commands);
}

/** Reads the flags, and checks the words around them, of a command that was found. */
function understood(
  tokens: Tokens,
  selector: string | undefined,
  { command, rest }: FoundCommand,
  isHelp: boolean,
): ParsedArgs {
  const name = command.words.join(" ");
  const flags = readFlags(tokens, allFlags(command), name);
  if (isHelp) return { kind: "help", command };
  checkPositionals(command, rest);
  if (tokens.passthrough && !command.passthrough) {
    throw new UsageError(`Cannot run "${name}": there is a "--", expected no arguments after it`);
  }
  return {
    kind: "run",
    parsed: { command, selector, flags, positionals: rest, passthrough: tokens.passthrough },
  };
}

/** The flags of all commands, once by name. */
export function everyFlag(commands: readonly CommandSpec[]): readonly FlagSpec[] {
  const flags = new Map<string, FlagSpec>();
  for (const flag of [...commands.flatMap(allFlags), VERSION_FLAG]) flags.set(flag.name, flag);
  return [...flags.values()];
}

interface Split {
  readonly selector: string | undefined;
  readonly words: readonly string[];
  readonly candidates: readonly CommandSpec[];
}

/** Takes the selector off, unless the first word is that of a command that needs none. */
function splitSelector(
  words: readonly string[],
  commands: readonly CommandSpec[],
  link: string | undefined,
): Split {
  if (words.length === 0) return { selector: link, words, candidates: [] };
  const ofServices = commands.filter(({ scope }) => scope === "service");
  const ofAgent = commands.filter(({ scope, isSelectorOptional }) =>
    scope !== "service" || isSelectorOptional
  );
  const isReserved = !isUnknown(words, ofAgent);
  if (link !== undefined && (!isReserved || tryFind(words, ofServices))) {
    return { selector: link, words, candidates: ofServices };
  }
  if (isReserved) return { selector: undefined, words, candidates: ofAgent };
  return { selector: words[0], words: words.slice(1), candidates: ofServices };
}

/** The first word may be joined to the next one by `_`, which no name of a service holds. */
function isUnknown(words: readonly string[], commands: readonly CommandSpec[]): boolean {
  return !commands.some((command) => command.words[0] === words[0]!.split("_")[0]);
}

/** Finds the command; where that fails and there is a flag that nothing knows, the flag is the better thing to name. */
function findOrBlame(
  tokens: Tokens,
  words: readonly string[],
  commands: readonly CommandSpec[],
): FoundCommand {
  const unknown = tokens.flags.find(({ spec }) => spec === undefined);
  if (unknown === undefined) return findCommand(words, commands);
  const shorter = words.map((_, i) => words.slice(0, words.length - i));
  const command = shorter.map((some) => tryFind(some, commands)).find((found) => found !== undefined)
    ?.command;
  throw unknownFlag(unknown, command ? allFlags(command) : everyFlag(commands), command?.words.join(" "));
}

function tryFind(words: readonly string[], commands: readonly CommandSpec[]): FoundCommand | undefined {
  try {
    return findCommand(words, commands);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Checks the typed flags against those that are known here, and adds the defaults. */
function readFlags(tokens: Tokens, known: readonly FlagSpec[], action?: string): Flags {
  for (const flag of tokens.flags) {
    if (!known.some(({ name }) => name === flag.spec?.name)) throw unknownFlag(flag, known, action);
  }
  const values = new Map<string, FlagValue>();
  for (const flag of known) {
    if (flag.default !== undefined) values.set(flag.name, convertFlag(flag, flag.default));
  }
  const given = gather(tokens.flags, known);
  for (const [name, value] of given) values.set(name, value);
  return new Flags(values, new Set(given.keys()));
}

/** Collects repeated flags, the last one winning where only one value is wanted, and converts the texts. */
function gather(typed: readonly TypedFlag[], known: readonly FlagSpec[]): Map<string, FlagValue> {
  const canonical = typed.map(({ spec, value }) => `--${spec!.name}=${value ?? "true"}`);
  const parsed: Record<string, unknown> = parseArgs(canonical, {
    string: known.map(({ name }) => name),
    collect: known.filter(({ kind }) => kind === "strings").map(({ name }) => name),
  });
  const values = new Map<string, FlagValue>();
  for (const { spec } of typed) {
    const value = parsed[spec!.name];
    if (Array.isArray(value)) values.set(spec!.name, value.map(String));
    else values.set(spec!.name, convertFlag(spec!, String(value)));
  }
  return values;
}

function checkPositionals(command: CommandSpec, rest: readonly string[]): void {
  const { positional } = command;
  const name = command.words.join(" ");
  if (!positional) return;
  if (rest.length === 0 && !positional.isOptional) {
    throw new UsageError(`Cannot run "${name}": ${positional.name} is missing, expected ${positional.text}`);
  }
  if (rest.length > 1 && !positional.isMany) {
    throw new UsageError(
      `Cannot run "${name}": there is "${rest[1]}" after ${positional.name}, expected one word`,
    );
  }
  const { choices } = positional;
  const wrong = choices && rest.find((word) => !choices.includes(word));
  if (wrong !== undefined) {
    throw new UsageError(
      `Cannot run "${name}": ${positional.name} is "${wrong}", expected ${choices?.join(", ")}`,
    );
  }
}

function unknownFlag(flag: TypedFlag, known: readonly FlagSpec[], action?: string): UsageError {
  const names = known.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map(dashed);
  const near = nearest(flag.typed, names.filter((name) => name.length > 2));
  const where = action === undefined ? "" : ` with "${action}"`;
  const hint = near
    ? `; did you mean ${near}?`
    : `, expected one that agent help${action ? ` ${action}` : ""} lists`;
  return new UsageError(`Cannot use ${flag.typed}${where}: there is no such flag${hint}`);
}

function noAction(selector: string | undefined, commands: readonly CommandSpec[]): UsageError {
  const action = commands.find(({ scope, words }) => scope === "service" && words[0] === selector);
  if (action) {
    const words = action.words.join(" ");
    return new UsageError(`Cannot ${words}: no service is named, expected agent SERVICE ${words}`);
  }
  const what = selector === undefined ? "Cannot run" : `Cannot act on "${selector}"`;
  const first = commands.filter(({ scope }) => scope !== "service").map(({ words }) => words[0]);
  const near = selector === undefined ? undefined : nearest(selector, first);
  const hint = near ? `; did you mean "agent ${near}"?` : ", expected one that agent help lists";
  return new UsageError(`${what}: no action is given${hint}`);
}
