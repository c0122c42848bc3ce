import type { Host, Stream, Terminal } from "../ports.ts";
import type { Level } from "../core/log/entry.ts";

/** The codes that the reference uses. */
const CODES = { bold: 1, red: 31, green: 32, brown: 33, blue: 34, gray: 90, lightBlue: 94 } as const;

/** A colour or face that a terminal can show. */
export type Color = keyof typeof CODES;

/** Colours of the log's levels; an INFO line is plain. */
export const LEVEL_COLORS: Readonly<Record<Level, Color | undefined>> = {
  DEBUG: "lightBlue",
  INFO: undefined,
  WARNING: "brown",
  ERROR: "red",
};

/** Whether to colour what goes to a stream: `when` is `always`, `never` or `auto`. */
export function isColored(
  when: string | undefined,
  stream: Stream,
  terminal: Pick<Terminal, "isTerminal">,
  environment: Host["environment"],
): boolean {
  if (when === "always" || when === "never") return when === "always";
  const isDumb = Boolean(environment["NO_COLOR"]) || environment["TERM"] === "dumb";
  return terminal.isTerminal[stream] && !isDumb;
}

/** Puts a colour around a text. */
export function paint(text: string, color: Color | undefined): string {
  return color === undefined ? text : `\x1b[${CODES[color]}m${text}\x1b[0m`;
}
