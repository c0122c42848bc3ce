/** What `/etc/os-release` says of the operating system; empty where it says nothing. */
export interface OsRelease {
  /** The short name of who makes it, such as `debian`. */
  readonly vendor: string;
  /** Such as `12` or `9.4`. */
  readonly release: string;
}

const LINE_REGEXP = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/;
const DEBIAN_POINT_REGEXP = /^\d+(?:\.\d+)+$/;

/** Reads the text of `os-release`; Debian keeps its point release apart, in `/etc/debian_version`. */
export function parseOsRelease(text: string, debianVersion = ""): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = LINE_REGEXP.exec(line) ?? [];
    if (name !== undefined) values.set(name, unquote(value!));
  }
  const vendor = values.get("ID") ?? "";
  const point = debianVersion.trim();
  const isPoint = vendor === "debian" && DEBIAN_POINT_REGEXP.test(point);
  return { vendor, release: isPoint ? point : values.get("VERSION_ID") ?? "" };
}

/** As a shell reads it: quotes go, and a backslash keeps what follows. */
function unquote(text: string): string {
  const [, double, single] = /^"(.*)"$|^'(.*)'$/.exec(text) ?? [];
  if (single !== undefined) return single;
  return (double ?? text).replace(/\\(.)/g, "$1");
}
