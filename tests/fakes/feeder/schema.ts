/**
 * What the bodies of the feed have to look like.
 *
 * @module
 */

type Json = Readonly<Record<string, unknown>>;

/** Says what is wrong with a value, each with the place it stands at; nothing for a good one. */
export type Check = (value: unknown, at: string) => string[];

const bad = (at: string, wanted: string, value: unknown): string[] => [
  `${at}: expected ${wanted}, found ${JSON.stringify(value)?.slice(0, 80)}`,
];

export const text: Check = (value, at) => typeof value === "string" ? [] : bad(at, "a text", value);
export const filled: Check = (value, at) =>
  typeof value === "string" && value !== "" ? [] : bad(at, "a text that is not empty", value);
export const integer: Check = (value, at) => Number.isSafeInteger(value) ? [] : bad(at, "an integer", value);
export const flag: Check = (value, at) => typeof value === "boolean" ? [] : bad(at, "a boolean", value);
export const anything: Check = (value, at) => value === undefined ? bad(at, "a value", value) : [];

/** A text that a pattern describes. */
export function like(pattern: RegExp, wanted: string): Check {
  return (value, at) => typeof value === "string" && pattern.test(value) ? [] : bad(at, wanted, value);
}

export const instant = like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/, "RFC 3339");
export const base64 = like(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64");

export function oneOf(...words: readonly string[]): Check {
  return (value, at) => words.includes(value as string) ? [] : bad(at, words.join(", "), value);
}

export function list(of: Check): Check {
  return (value, at) =>
    Array.isArray(value) ? value.flatMap((item, i) => of(item, `${at}[${i}]`)) : bad(at, "a list", value);
}

export function map(of: Check): Check {
  return (value, at) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => of(item, `${at}.${key}`))
      : bad(at, "an object", value);
}

/** An object with these fields, and no others; those of `optional` may be absent. */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, at) => {
    if (!isObject(value)) return bad(at, "an object", value);
    const missing = Object.keys(required).filter((key) => value[key] === undefined);
    return [
      ...missing.map((key) => `${at}.${key}: expected it, it is missing`),
      ...Object.entries(value).flatMap(([key, item]) => {
        const check = required[key] ?? optional[key];
        return check ? check(item, `${at}.${key}`) : [`${at}.${key}: no such field`];
      }),
    ];
  };
}

/** An object with at least these fields, such as a data structure of which a part is looked at. */
export function having(required: Readonly<Record<string, Check>>): Check {
  return (value, at) => {
    if (!isObject(value)) return bad(at, "an object", value);
    return Object.entries(required).flatMap(([key, check]) => check(value[key], `${at}.${key}`));
  };
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
