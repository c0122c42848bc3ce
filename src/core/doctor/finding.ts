/** How bad a finding is: an error keeps something from working, a warning may do so some day. */
export type FindingStatus = "ok" | "info" | "warn" | "error";

/** One row of `agent doctor`. */
export interface Finding {
  /** What was looked at, such as `wrapper setpriv`. */
  readonly check: string;
  readonly status: FindingStatus;
  /** What is there, one sentence without a final period. */
  readonly found: string;
  /** What to do about it; empty when there is nothing to do. */
  readonly advice: string;
}

export function ok(check: string, found: string): Finding {
  return { check, status: "ok", found, advice: "" };
}

/** Worth knowing, and no reason to do anything at once. */
export function info(check: string, found: string, advice = ""): Finding {
  return { check, status: "info", found, advice };
}

export function warn(check: string, found: string, advice: string): Finding {
  return { check, status: "warn", found, advice };
}

export function error(check: string, found: string, advice: string): Finding {
  return { check, status: "error", found, advice };
}

/** The first `most` rows, and a row that counts the others: a host with a thousand broken services needs no thousand rows. */
export function atMost(
  most: number,
  check: string,
  findings: readonly Finding[],
  advice = "",
): Finding[] {
  const rest = findings.slice(most);
  if (rest.length === 0) return [...findings];
  const status = rest.some((finding) => finding.status === "error") ? "error" : rest[0]!.status;
  return [...findings.slice(0, most), { check, status, found: `and ${rest.length} more like these`, advice }];
}

/** `1 service`, `2 services`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
