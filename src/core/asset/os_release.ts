const ID_REGEXP = /^\s*ID=(.*?)\s*$/m;

/** Reads from the text of `os-release` the short name of who makes the system, such as `debian`; empty without one. */
export function parseOsVendor(text: string): string {
  return unquote(ID_REGEXP.exec(text)?.[1] ?? "");
}

/** As a shell reads it: quotes go, and a backslash keeps what follows. */
function unquote(text: string): string {
  const [, double, single] = /^"(.*)"$|^'(.*)'$/.exec(text) ?? [];
  if (single !== undefined) return single;
  return (double ?? text).replace(/\\(.)/g, "$1");
}
