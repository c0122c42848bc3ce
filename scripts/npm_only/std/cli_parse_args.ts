/**
 * Stands in for `@std/cli/parse-args`, over the npm package `minimist`, from which that module descends.
 *
 * The same as there, where `minimist` differs: a flag given twice keeps its last value, unless it is in `collect`;
 * only flags in `negatable` have a `--no-` form; `unknown` gets the key too (of long flags and of single letters).
 * Not the same: `-` alone is taken as the value of the string flag before it, which there it is not.
 *
 * @module
 */
// @ts-types="./minimist.d.ts"
import minimist from "npm_minimist";

/** What to read; every name is without its dashes. */
export interface ParseOptions {
  /** Puts what follows `--` into the result's `"--"`, not into `_`. */
  readonly "--"?: boolean;
  readonly alias?: Readonly<Record<string, string | readonly string[]>>;
  /** Flags without a value; false when they are not given. */
  readonly boolean?: string | readonly string[];
  readonly default?: Readonly<Record<string, unknown>>;
  /** Ends the reading of flags at the first argument that is none. */
  readonly stopEarly?: boolean;
  /** Flags with a value that stays text; `_` names the arguments that are no flags. */
  readonly string?: string | readonly string[];
  /** Flags that may be given several times; an empty list when they are not given. */
  readonly collect?: string | readonly string[];
  /** Flags with a `--no-` form. */
  readonly negatable?: string | readonly string[];
  /** Called for everything that is not declared; `false` leaves it out of the result. */
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The values by name, the arguments that are no flags in `_`. */
export interface Args {
  // deno-lint-ignore no-explicit-any -- as the module that this stands in for, where no names are known
  [name: string]: any;
  _: (string | number)[];
  "--"?: string[];
}

/** Reads command line arguments into flags and the rest. */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const collected = withAliases(options.collect, options);
  const read = minimist(
    hideNegations(args, withAliases(options.negatable, options)),
    minimistOptions(options),
  );
  const result: Args = { _: [] };
  for (const [name, value] of Object.entries(read)) {
    const isList = name === "_" || name === "--" || collected.has(name);
    result[name] = isList ? [value].flat() : Array.isArray(value) ? value.at(-1) : value;
  }
  for (const name of collected) result[name] ??= [];
  return result;
}

/** A `--no-x` that is not negatable keeps its whole name; an empty value keeps minimist from reading it as a "no". */
function hideNegations(args: readonly string[], negatable: ReadonlySet<string>): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    const isHidden = /^--no-[^=]+$/.test(arg) && !negatable.has(arg.slice(5)) && (end < 0 || i < end);
    return isHidden ? `${arg}=` : arg;
  });
}

function minimistOptions(
  { boolean, string, alias, default: defaults, stopEarly, unknown, ...rest }: ParseOptions,
) {
  return {
    "--": rest["--"] ?? false,
    boolean: namesOf(boolean),
    string: [...namesOf(string), ...namesOf(rest.collect)],
    alias: Object.fromEntries(Object.entries(alias ?? {}).map(([name, others]) => [name, namesOf(others)])),
    default: { ...defaults },
    stopEarly: stopEarly ?? false,
    ...(unknown === undefined ? {} : { unknown: (arg: string) => callUnknown(unknown, arg) }),
  };
}

function callUnknown(unknown: NonNullable<ParseOptions["unknown"]>, arg: string): boolean {
  const [, name, value] = /^--([^=]+)(?:=([^]*))?$/.exec(arg) ?? /^-([^-])$/.exec(arg) ?? [];
  if (name === undefined) return unknown(arg) !== false;
  const isHidden = name.startsWith("no-") && value === "";
  return unknown(isHidden ? arg.slice(0, -1) : arg, name, isHidden ? true : value ?? true) !== false;
}

function namesOf(names: string | readonly string[] | undefined): string[] {
  return names === undefined ? [] : [names].flat();
}

function withAliases(
  names: string | readonly string[] | undefined,
  { alias = {} }: ParseOptions,
): Set<string> {
  const groups = Object.entries(alias).map(([name, others]) => [name, ...namesOf(others)]);
  return new Set(namesOf(names).flatMap((name) => [name, ...groups.filter((g) => g.includes(name)).flat()]));
}
