/**
 * Text for a shell.
 *
 * @module
 */

/**
 * A text as one word of a shell, which takes it as it is, line breaks included.
 *
 * ```ts
 * quote("it's"); // 'it'\''s'
 * ```
 */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
