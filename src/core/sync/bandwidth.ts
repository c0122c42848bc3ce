/** Reads a limit of rsync: KiB a second, or with a unit (`500`, `1.5M`); throws `SyntaxError` for anything else. */
export function toBandwidth(text: string): string {
  const limit = text.trim();
  if (/^\d{1,12}(?:\.\d+)?[kmg]?$/i.test(limit)) return limit;
  throw new SyntaxError(`Cannot read the bandwidth "${text}": expected KiB a second, such as 5000, or 5M`);
}
