/**
 * Stands in for `@std/ini` (tests only, as an oracle), over the npm package `ini`.
 *
 * The npm package cuts values at `;` and `#`, unquotes, and nests sections at dots; `@std/ini` does none of that, so
 * names and values go through it quoted. As there: a section that comes again replaces the first one.
 *
 * @module
 */
// @ts-types="./npm_ini.d.ts"
import { parse as parseNpm } from "npm_ini";

/** Makes a value of what is written. */
export type ReviverFunction = (key: string, value: string, section?: string) => unknown;

/** How to read. */
export interface ParseOptions {
  readonly reviver?: ReviverFunction;
}

/** Reads INI text into an object of sections; throws `SyntaxError` for a line that is none. */
export function parse<T extends object>(text: string, { reviver = revive }: ParseOptions = {}): T {
  const result: Record<string, unknown> = {};
  let section: string | undefined;
  let target = result;
  for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
    const written = line.trimStart();
    if (written === "" || /^(#|;|\/\/)/.test(written)) continue;
    const name = written.startsWith("[") ? sectionName(written, i + 1) : undefined;
    if (name !== undefined) {
      section = name;
      target = result[name] = {};
      continue;
    }
    const [key, value] = readPair(written, i + 1);
    target[key] = reviver(key, value, section);
  }
  return result as T;
}

function sectionName(line: string, number: number): string {
  if (!line.endsWith("]")) throw new SyntaxError(`Unexpected end of INI section at line ${number}`);
  const name = line.slice(1, -1);
  if (name === "") throw new SyntaxError(`Unexpected empty section name at line ${number}`);
  return name;
}

function readPair(line: string, number: number): [string, string] {
  const { key, value } = /^(?<key>[^=]*?)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups ?? {};
  if (key === undefined || value === undefined) {
    throw new SyntaxError(`Unexpected token ${line[0]} in INI at line ${number}`);
  }
  if (key === "") throw new SyntaxError(`Unexpected empty key name at line ${number}`);
  const [pair] = Object.entries(
    parseNpm(`${JSON.stringify(key)}=${JSON.stringify(value)}`, { bracketedArray: false }),
  );
  if (pair === undefined) throw new SyntaxError(`Unexpected token ${line[0]} in INI at line ${number}`);
  return [pair[0], String(pair[1])];
}

function revive(_key: string, value: string): unknown {
  if (!Number.isNaN(Number(value)) && !value.includes('"')) return Number(value);
  if (value === "null") return null;
  if (value === "true" || value === "false") return value === "true";
  return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
