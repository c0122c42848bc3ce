import type { HttpReply } from "./http_reply.ts";
import type { CollectorTarget } from "./message.ts";

/** What an exchange with the collector means for the message. */
export type Verdict =
  /** The collector has it; `answer` is what it says, the result of JSON-RPC for `compliance`. */
  | { readonly kind: "done"; readonly code: number; readonly answer: unknown }
  /** It will never be taken. */
  | { readonly kind: "rejected"; readonly code: number; readonly reason: string }
  /** The collector does not know this node, or its password. */
  | { readonly kind: "unregistered"; readonly code: number | null; readonly reason: string }
  /** The collector does not know enough of this node: it has to hear of it first. */
  | { readonly kind: "unknown node"; readonly code: number; readonly reason: string }
  /** It may be taken later; `isAboutAll` when other messages would fare no better now. */
  | {
    readonly kind: "later";
    readonly code: number | null;
    readonly reason: string;
    readonly isAboutAll: boolean;
    readonly retryAfterMs?: number;
  };

/** The longest that a collector may ask to be left alone, in milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** How much of what a collector says is shown, in characters. */
const MAX_REASON = 300;
/** Codes of JSON-RPC that are about the request itself, and not about the moment. */
const BAD_CALLS: ReadonlySet<number> = new Set([-32700, -32600, -32601, -32602]);
/** The server, or what is before it, cannot serve anybody now. */
const BUSY: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Says what a reply means; `now`, in milliseconds, is for a date in `Retry-After`. */
export function judge(reply: HttpReply, target: CollectorTarget, now: number): Verdict {
  if (reply.kind === "failed") {
    return { kind: "later", code: null, reason: reply.reason, isAboutAll: true };
  }
  const { status: code, text, retryAfter } = reply;
  if (code >= 200 && code < 300) return judgeBody(code, text, target);
  const reason = reasonOf(code, text);
  switch (code) {
    case 400:
    case 413:
    case 422:
      return { kind: "rejected", code, reason };
    case 401:
    case 403:
      return { kind: "unregistered", code, reason };
    case 409:
      return { kind: "unknown node", code, reason };
  }
  if (code >= 300 && code < 400) {
    const elsewhere =
      `it redirects (status ${code}), which is not followed: node.conf must name the place itself`;
    return { kind: "later", code, reason: elsewhere, isAboutAll: true };
  }
  const retryAfterMs = retryAfter === undefined ? undefined : delayOf(retryAfter, now);
  return {
    kind: "later",
    code,
    reason,
    isAboutAll: BUSY.has(code),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A page that some other server shows must not pass for an answer; such a page is no 202, and not empty. */
function judgeBody(code: number, text: string, target: CollectorTarget): Verdict {
  const value = parse(text);
  if (target === "feeder" && (code === 202 || text.trim() === "")) {
    return { kind: "done", code, answer: value ?? {} };
  }
  if (value === undefined) {
    const reason = `its answer (status ${code}) is no JSON object`;
    return { kind: "later", code, reason, isAboutAll: true };
  }
  return target === "feeder" ? { kind: "done", code, answer: value } : judgeCall(code, value);
}

function judgeCall(code: number, { result, error }: Readonly<Record<string, unknown>>): Verdict {
  if (error === undefined || error === null) return { kind: "done", code, answer: result };
  const { code: number, message } = (typeof error === "object" ? error : { message: error }) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const reason = shorten(typeof message === "string" ? message : "it could not do what it was asked for");
  if (typeof number === "number" && BAD_CALLS.has(number)) return { kind: "rejected", code, reason };
  return { kind: "later", code, reason, isAboutAll: false };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

/** What the collector says in `text`, and the status in any case. */
function reasonOf(code: number, text: string): string {
  const said = parse(text)?.["text"];
  return typeof said === "string" && said !== ""
    ? `${shorten(said)} (status ${code})`
    : `it answered with status ${code}`;
}

/** On one line. */
function shorten(text: string): string {
  // deno-lint-ignore no-control-regex
  const line = text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").trim();
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
}

/** Seconds, or a date. */
function delayOf(text: string, now: number): number | undefined {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
