import type { Level } from "../log/entry.ts";

/** What this agent calls itself in the action log: the feed takes versions 2 and 3. */
export const ACTION_VERSION = "3.0.0";
/** The longest message, in characters. */
export const MAX_MESSAGE = 10_000;

export type ActionStatus = "ok" | "warn" | "err";

/** What is known of a run when it begins. */
export interface ActionBegin {
  readonly path: string;
  /** What was asked for, without secrets. */
  readonly argv: readonly string[];
  readonly rid: string;
  readonly origin: string;
  readonly isScheduled: boolean;
  readonly sessionId: string;
  /** Of the agent that began the run. */
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
}

/** One message of a run. */
export interface ActionLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: Level;
  readonly message: string;
}

/** How a run ended. */
export interface ActionEnd {
  readonly status: ActionStatus;
  /** In a few words; empty after a success. */
  readonly reason: string;
  readonly endedAt: number;
  readonly subset: string;
  readonly lines: readonly ActionLine[];
}

type Body = Readonly<Record<string, unknown>>;

/** What `POST /api/instance/action` takes. */
export function beginBody(begin: ActionBegin): Body {
  return {
    path: begin.path,
    action: "run",
    argv: begin.argv,
    pid: String(begin.pid),
    rids: begin.rid,
    origin: begin.origin,
    version: ACTION_VERSION,
    cron: begin.isScheduled,
    session_uuid: begin.sessionId,
    begin: instantOf(begin.beganAt),
  };
}

/** What `PUT /api/instance/action` takes: complete, so that it stands for the begin too when that never came. */
export function endBody(begin: ActionBegin, end: ActionEnd): Body {
  const pid = String(begin.pid);
  return {
    ...beginBody(begin),
    end: instantOf(end.endedAt),
    status: end.status,
    status_log: trimMessage(end.reason),
    lines: end.lines.map(({ at, level, message }) => ({
      begin: instantOf(at),
      rid: begin.rid,
      subset: end.subset,
      pid,
      status: statusOf(level),
      status_log: trimMessage(message),
    })),
  };
}

/** Unlike those of any other run: an end that is spooled replaces a begin that was not sent yet. */
export function actionKey({ path, rid, sessionId }: Pick<ActionBegin, "path" | "rid" | "sessionId">): string {
  return `action:${path}:${rid}:${sessionId}`;
}

function statusOf(level: Level): ActionStatus {
  if (level === "ERROR") return "err";
  return level === "WARNING" ? "warn" : "ok";
}

/** Never between the two halves of a character: a strict reader of JSON would refuse the whole message for ever. */
export function trimMessage(text: string): string {
  const kept = text.length <= MAX_MESSAGE ? text : text.slice(0, MAX_MESSAGE).replace(/[\ud800-\udbff]$/, "");
  return kept.toWellFormed();
}

/** RFC 3339 with nanoseconds, as Go writes it: without zeros at the end. */
function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, "Z");
}
