import { parseDuration } from "../core/duration.ts";
import { dashed, type FlagSpec } from "./flag_spec.ts";
import { UsageError } from "./usage_error.ts";

/** Ways to print data. */
export const FORMATS = ["table", "json", "jsonl", "csv"] as const;

/** One of the ways to print data. */
export type Format = typeof FORMATS[number];

/** What a flag is worth: a duration is a number of seconds. */
export type FlagValue = boolean | number | string | readonly string[];

/** The flags of a command line, read by the kind that their specification gives them. */
export class Flags {
  readonly #values: ReadonlyMap<string, FlagValue>;
  readonly #given: ReadonlySet<string>;

  /** `values` holds the defaults too; `given` names what was typed. */
  constructor(values: ReadonlyMap<string, FlagValue>, given: ReadonlySet<string> = new Set(values.keys())) {
    this.#values = values;
    this.#given = given;
  }

  /** Whether the flag was typed, with any value. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  boolean(name: string): boolean {
    return this.#values.get(name) === true;
  }

  string(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  strings(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }

  integer(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  /** In seconds. */
  duration(name: string): number | undefined {
    return this.integer(name);
  }

  /** The way to print data, `table` unless told otherwise. */
  get format(): Format {
    return FORMATS.find((format) => format === this.#values.get("format")) ?? "table";
  }

  /** The same flags with one value replaced. */
  with(name: string, value: FlagValue): Flags {
    return new Flags(new Map(this.#values).set(name, value), this.#given);
  }
}

/** Converts the text of a flag's value; throws `UsageError` when it is not of the flag's kind. */
export function convertFlag(flag: FlagSpec, text: string): FlagValue {
  switch (flag.kind) {
    case "boolean":
      return convertBoolean(flag, text);
    case "integer":
      if (!/^-?\d{1,15}$/.test(text)) throw badValue(flag, text, "a whole number");
      return Number(text);
    case "duration":
      return convertDuration(flag, text);
    case "choice":
      if (!flag.choices?.includes(text)) throw badValue(flag, text, flag.choices?.join(", ") ?? "");
      return text;
    case "string":
      return text;
    case "strings":
      return [text];
  }
}

function convertBoolean(flag: FlagSpec, text: string): boolean {
  if (text !== "true" && text !== "false") throw badValue(flag, text, "no value, true or false");
  return text === "true";
}

function convertDuration(flag: FlagSpec, text: string): number {
  try {
    return parseDuration(text, "s");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw badValue(flag, text, "a duration such as 30, 90s or 5m");
    }
    throw error;
  }
}

function badValue(flag: FlagSpec, text: string, wanted: string): UsageError {
  return new UsageError(`Cannot use ${dashed(flag.name)}: the value is "${text}", expected ${wanted}`);
}
