/**
 * The time zone of the host, read again at each question: a daemon must follow a changed `/etc/localtime`.
 *
 * @module
 */

const KNOWN = new Map<string, boolean>();

/** The IANA name of the system's zone: `TZ`, else where `/etc/localtime` points, else `/etc/timezone`, else `UTC`. */
export function systemTimeZone(): string {
  const candidates = [variableZone, linkedZone, writtenZone];
  for (const candidate of candidates) {
    const name = candidate();
    if (name && isZone(name)) return name;
  }
  return "UTC";
}

/** `TZ` may be a name, `:name`, or the path of a zone file; a POSIX rule (`CET-1CEST`) names no zone. */
function variableZone(): string | undefined {
  const value = Deno.env.get("TZ")?.replace(/^:/, "");
  return value?.startsWith("/") ? zoneInPath(value) : value;
}

/** `../usr/share/zoneinfo/posix/Europe/Paris` names `Europe/Paris`. */
function linkedZone(): string | undefined {
  try {
    return zoneInPath(Deno.readLinkSync("/etc/localtime"));
  } catch {
    return undefined;
  }
}

function zoneInPath(path: string): string | undefined {
  return /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(path)?.[1];
}

function writtenZone(): string | undefined {
  try {
    return Deno.readTextFileSync("/etc/timezone").trim();
  } catch {
    return undefined;
  }
}

function isZone(nameOrPath: string): boolean {
  // Temporal takes a millisecond to be used first, and most servers are in this zone.
  if (nameOrPath === "UTC" || nameOrPath === "Etc/UTC") return true;
  const known = KNOWN.get(nameOrPath);
  if (known !== undefined) return known;
  const isKnown = isKnownToTheRuntime(nameOrPath);
  KNOWN.set(nameOrPath, isKnown);
  return isKnown;
}

function isKnownToTheRuntime(name: string): boolean {
  try {
    // Cheaper by far than making an Intl formatter; takes offsets too, which are no zone names.
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
