/**
 * How large a configuration may be: far above what anybody writes, and small enough that the worst text that fits is
 * read, checked and shown within about a second.
 *
 * @module
 */
import { ConfigSyntaxError } from "./config_error.ts";

/** The largest configuration that is read, in bytes of UTF-8. */
export const MAX_CONFIG_BYTES = 1024 * 1024;

/** Headers in a file; a section may have several. */
export const MAX_HEADERS = 5_000;

/** Keys in a file, those that come twice included. */
export const MAX_KEYS = 10_000;

/** Characters of the name of a section or a key. */
export const MAX_NAME_LENGTH = 255;

/** Characters of a value, as it is written and after its references; those of `[data]` have no bound of their own. */
export const MAX_VALUE_LENGTH = 32 * 1024;

/** Characters of all values of a configuration that references made, together. */
export const MAX_EXPANDED_LENGTH = 16 * 1024 * 1024;

/** What following one reference costs of that, apart from its characters: a long chain is work, too. */
export const REFERENCE_COST = 256;

/** How deep references may refer to each other. */
export const MAX_DEPTH = 32;

/** Sections that hold contents of files, and not settings. */
const CONTENTS = "data";

/** Throws `ConfigSyntaxError` when `count` of `things` is more than `most`. */
export function refuseMany(things: string, count: number, most: number, line: number): void {
  if (count > most) {
    throw new ConfigSyntaxError(`there are more than ${most} ${things}, expected at most that`, { line });
  }
}

/** Throws `ConfigSyntaxError` for the name of a section or a key that is too long to be one. */
export function refuseLongName(what: string, name: string, line: number): void {
  if (name.length > MAX_NAME_LENGTH) {
    const start = name.slice(0, 20);
    throw new ConfigSyntaxError(
      `the name of the ${what} "${start}…" has ${name.length} characters, expected at most ${MAX_NAME_LENGTH}`,
      { line },
    );
  }
}

/** Throws `ConfigSyntaxError` for a value that no keyword could use. */
export function refuseLongValue(section: string, key: string, value: string, line: number): void {
  if (value.length > MAX_VALUE_LENGTH && section !== CONTENTS) {
    throw new ConfigSyntaxError(
      `${section}.${key} has ${value.length} characters, expected at most ${MAX_VALUE_LENGTH}`,
      { line, section, option: key },
    );
  }
}
