import { dashed, type FlagSpec } from "./flag_spec.ts";
import { UsageError } from "./usage_error.ts";

/** A flag as it was typed, and its value when one came with it. */
export interface TypedFlag {
  /** With its dashes. */
  readonly typed: string;
  /** Undefined for a flag that no command has. */
  readonly spec: FlagSpec | undefined;
  readonly value: string | undefined;
}

/** A command line taken apart, before anybody knows which command it is. */
export interface Tokens {
  readonly words: readonly string[];
  readonly flags: readonly TypedFlag[];
  /** Words after `--`; undefined without it. */
  readonly passthrough: readonly string[] | undefined;
}

/**
 * Tells words, flags and their values apart. Flags may stand anywhere, so whether one takes a value must be known
 * before the command is: the same name means the same in all commands. Throws `UsageError` when a value is missing.
 */
export function tokenize(argv: readonly string[], flags: readonly FlagSpec[]): Tokens {
  const specs = new Map(
    flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])].map((name) => [name, flag])),
  );
  const words: string[] = [];
  const typed: TypedFlag[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return { words, flags: typed, passthrough: argv.slice(i + 1) };
    if (!isFlag(word)) {
      words.push(word);
      continue;
    }
    const { name, attached } = takeApart(word, specs);
    const spec = specs.get(name);
    const takesNext = spec !== undefined && spec.kind !== "boolean" && attached === undefined;
    if (takesNext && isMissing(argv[i + 1], specs)) throw missingValue(spec);
    typed.push({ typed: dashed(name), spec, value: takesNext ? argv[++i] : attached });
  }
  return { words, flags: typed, passthrough: undefined };
}

/** A lone dash is standard input, and a dash before a digit starts a negative number. */
function isFlag(word: string): boolean {
  return /^-[^\d]/.test(word);
}

/** Splits `--name=value`, and `-n5` where `n` takes a value. */
function takeApart(word: string, specs: ReadonlyMap<string, FlagSpec>): { name: string; attached?: string } {
  const long = /^--(?<name>[^=]+)(?:=(?<value>[^]*))?$/.exec(word)?.groups;
  if (long) return { name: long["name"]!, ...(long["value"] !== undefined && { attached: long["value"] }) };
  const [letter, rest] = [word[1]!, word.slice(2)];
  if (rest === "") return { name: letter };
  const spec = specs.get(letter);
  if (!spec || spec.kind === "boolean") return { name: word.slice(1) };
  return { name: letter, attached: rest.replace(/^=/, "") };
}

/** A value may start with a dash, but the name of a flag is more likely a forgotten value. */
function isMissing(next: string | undefined, specs: ReadonlyMap<string, FlagSpec>): boolean {
  return next === undefined || next === "--" || (isFlag(next) && specs.has(takeApart(next, specs).name));
}

function missingValue(spec: FlagSpec): UsageError {
  const flag = dashed(spec.name);
  return new UsageError(
    `Cannot use ${flag}: the value is missing, expected ${flag} ${spec.valueName ?? "VALUE"}`,
  );
}
