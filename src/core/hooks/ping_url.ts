/**
 * Addresses in the manner of the pinging API of healthchecks: what happens to a run is a word behind the address of its
 * check.
 *
 * @module
 */

/** What a run tells the monitor. */
export type PingSignal =
  | { readonly kind: "start" }
  | { readonly kind: "success" }
  /** The code is that of the command; one that is no failing exit code of a process is told as a plain failure. */
  | { readonly kind: "failure"; readonly code: number };

/** Reads an address that can be pinged; the message never holds it, because whoever knows it may ping. */
export function toPingUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new SyntaxError("Cannot read the address: expected http:// or https:// with a host");
  }
  // In DEFAULT, {rid} is still a reference.
  if (text.includes("#") || text.includes("{rid}")) {
    throw new SyntaxError(
      'Cannot read the address: it holds a "#", which is never sent, expected none ({rindex} is {rid} without it)',
    );
  }
  return url;
}

/** The address for one signal of a run; `runId` is a UUID that joins the signals of one run. */
export function pingUrl(base: URL, signal: PingSignal, runId: string): string {
  const url = new URL(base);
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = `${path}${suffixOf(signal)}` || "/";
  url.searchParams.set("rid", runId);
  return url.href;
}

function suffixOf(signal: PingSignal): string {
  if (signal.kind !== "failure") return signal.kind === "start" ? "/start" : "";
  return signal.code >= 1 && signal.code <= 255 ? `/${signal.code}` : "/fail";
}
