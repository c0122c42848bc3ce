/**
 * Converters: the text of a value in, the value out. Bad text is a `SyntaxError`, never a silent zero.
 *
 * @module
 */
import { split } from "shlex";

const TRUE_WORDS: ReadonlySet<string> = new Set(["yes", "y", "true", "t", "1"]);
const FALSE_WORDS: ReadonlySet<string> = new Set(
  ["no", "n", "false", "f", "0", "0.0", "", "none", "[]", "{}"],
);
const SIZE_REGEXP = /^(\d+(?:[.,]\d+)?)\s*(?:([kmgtpez])i?)?b?$/i;
const SIZE_UNITS = "kmgtpez";
const MAX_UMASK = 0o777;

/** Reads yes, y, true, t, 1 or no, n, false, f, 0, none and nothing, in any case. */
export function toBoolean(text: string): boolean {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  if (FALSE_WORDS.has(word)) return false;
  throw new SyntaxError(`Cannot read the boolean "${text}": expected true or false`);
}

/** Reads a boolean that may be unset: nothing, and `none`, are undefined. */
export function toTristate(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return word === "" || word === "none" ? undefined : toBoolean(word);
}

/** Reads a whole number with an optional sign, not below `least`. */
export function toInteger(text: string, least = -Infinity): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) {
    throw new SyntaxError(`Cannot read the integer "${text}": expected digits, such as 3`);
  }
  if (value < least) throw new SyntaxError(`Cannot read the integer "${text}": expected at least ${least}`);
  return value;
}

/** Reads file mode bits written in octal, `022` or `0o22`, up to 777. */
export function toOctal(text: string): number {
  const digits = /^(?:0o)?([0-7]+)$/i.exec(text.trim())?.[1];
  const value = digits === undefined ? NaN : parseInt(digits, 8);
  if (!(value <= MAX_UMASK)) {
    throw new SyntaxError(`Cannot read the octal number "${text}": expected 000 to 777, such as 022`);
  }
  return value;
}

/** Splits absolute paths as a shell does; their patterns are left as they are. */
export function toPaths(text: string): readonly string[] {
  const paths = toShellWords(text);
  const relative = paths.find((path) => !path.startsWith("/"));
  if (paths.length > 0 && relative === undefined) return paths;
  const found = relative === undefined ? "there is none" : `"${relative}" is relative`;
  throw new SyntaxError(
    `Cannot read the paths "${text}": ${found}, expected absolute ones, such as /srv/shop/`,
  );
}

/**
 * Reads a size in bytes. Units are powers of 1024, in any case, with or without `b`; an `i` (`KiB`) is accepted and
 * changes nothing. A fraction may be written with a dot or a comma and is rounded to whole bytes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["100", "10k", "10kib", "1.5M"].map(toSize), [100, 10240, 10240, 1572864]);
 * ```
 */
export function toSize(text: string): number {
  const match = SIZE_REGEXP.exec(text.trim());
  const power = match?.[2] === undefined ? 0 : SIZE_UNITS.indexOf(match[2].toLowerCase()) + 1;
  const size = match ? Math.round(Number(match[1]!.replace(",", ".")) * 1024 ** power) : NaN;
  if (!Number.isSafeInteger(size)) {
    throw new SyntaxError(`Cannot read the size "${text}": expected a number with k, m, g or t, such as 10m`);
  }
  return size;
}

/** Splits at blanks and line breaks; an empty text is an empty list. */
export function toWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

const NAME_REGEXP = /^[A-Za-z0-9_.-]{1,100}$/;

/** Splits at blanks into names of letters, digits, `_`, `.` and `-`, sorted and each of them once. */
export function toNames(text: string): string[] {
  const names = [...new Set(toWords(text))].sort();
  const wrong = names.find((name) => !NAME_REGEXP.test(name));
  if (wrong === undefined) return names;
  throw new SyntaxError(
    `Cannot read the name "${wrong}": expected at most 100 letters, digits, "_", "." and "-"`,
  );
}

/** Splits at commas, without the blanks around them; empty members are dropped. */
export function toCommaWords(text: string): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

/** Splits into words as a POSIX shell does, quotes and backslashes included; nothing is expanded. */
export function toShellWords(text: string): string[] {
  try {
    return split(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot split the text "${text}" into words: expected every quote to be closed`, {
      cause,
    });
  }
}
