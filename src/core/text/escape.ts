const PLAIN_REGEXP = /^[\x20-\x7e]*$/;

/**
 * Makes control characters visible (`\x1b`, `\u{202e}`), so that foreign text cannot move the cursor, colour a
 * terminal, forge a line of the log or show itself in another order. A tab stays as it is.
 *
 * @example
 * ```ts
 * escapeControl("a\u001b[31m"); // "a\\x1b[31m"
 * ```
 */
export function escapeControl(text: string): string {
  if (PLAIN_REGEXP.test(text)) return text;
  // C0 and C1 controls, DEL, line separators, and the marks that turn the reading direction round. Made only here:
  // classes of Unicode cost a third of a millisecond at every start.
  return text.replace(/(?!\t)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, visible);
}

/** Like `escapeControl`, but a tab is made visible too: for the cells of a table. */
export function escapeCell(text: string): string {
  return escapeControl(text).replaceAll("\t", "\\x09");
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
