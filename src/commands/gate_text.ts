import type { Gate } from "../actions/schedule/gate.ts";
import { escapeControl } from "../core/text/escape.ts";

const TITLE_WIDTH = 20;

/** A line that says of a gate whether it is open (`+`) or closed (`-`), and why. */
export function gateLine({ name, is_open, value }: Gate): string {
  return factLine(`${is_open ? "+" : "-"} ${name}`, value);
}

/** A line of a title and a value, indented. */
export function factLine(title: string, value: string): string {
  return `  ${title.padEnd(TITLE_WIDTH)}${escapeControl(value)}`;
}
