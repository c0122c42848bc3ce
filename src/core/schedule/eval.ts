/**
 * The batch form of the engine: one question as JSON in, one answer as JSON out.
 *
 * @module
 */
import { formatInstant, parseInstant } from "./instant.ts";
import { nextRun } from "./next.ts";
import { parseSchedule } from "./parse.ts";
import { zoneOf } from "./zone.ts";

/**
 * Answers one line, `{"schedule": …, "now": T, "last": T|null, "timezone": Z}`, with `{"next": T|null}` or
 * `{"error": "…"}`; an `id` is given back, other fields are ignored.
 *
 * T is `YYYY-MM-DDTHH:MM:SS` in the zone (UTC by default), with an offset in the answer if `now` has one. Never throws:
 * a line that is no JSON object, too, is answered with an error.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const line = '{"id": 7, "schedule": "09:00", "now": "2026-01-01T10:00:00", "last": null}';
 * assertEquals(evaluateLine(line), '{"id":7,"next":"2026-01-02T09:00:00"}');
 * ```
 */
export function evaluateLine(text: string): string {
  let question: unknown;
  try {
    question = JSON.parse(text);
  } catch {
    return JSON.stringify({ error: "Cannot read the line: expected one JSON object" });
  }
  if (!isRecord(question)) return JSON.stringify({ error: "Cannot read the line: expected one JSON object" });
  const id = "id" in question ? { id: question.id } : {};
  try {
    return JSON.stringify({ ...id, next: evaluate(question) });
  } catch (error) {
    return JSON.stringify({ ...id, error: error instanceof Error ? error.message : String(error) });
  }
}

function evaluate(question: Record<string, unknown>): string | null {
  const zone = zoneOf(textOf(question, "timezone") ?? "UTC");
  const now = textOf(question, "now");
  if (now === undefined) throw new TypeError('Cannot answer without "now": expected YYYY-MM-DDTHH:MM:SS');
  const { seconds, hasOffset } = parseInstant(now, zone);
  const last = textOf(question, "last");
  const next = nextRun(parseSchedule(scheduleOf(question)), {
    now: seconds,
    last: last === undefined ? undefined : parseInstant(last, zone).seconds,
    zone,
  });
  return next ? formatInstant(next.at, zone, { hasOffset }) : null;
}

/** The text of a field; undefined when it is absent or null. */
function textOf(question: Record<string, unknown>, field: string): string | undefined {
  const value = question[field] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(`Cannot read "${field}": it is ${kindOf(value)}, expected a text`);
}

/** The elements of a list are checked by the parser, which knows their place. */
function scheduleOf({ schedule }: Record<string, unknown>): string | readonly string[] | null {
  if (typeof schedule === "string" || schedule === null || Array.isArray(schedule)) return schedule;
  throw new TypeError(
    `Cannot read "schedule": it is ${kindOf(schedule)}, expected a text or a list of texts`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
