import { tryParseRid } from "./naming/rid.ts";
import { isStatus, type Status, STATUSES } from "./status.ts";

/** One resource that must be in one of some states. */
export interface Requirement {
  readonly rid: string;
  readonly states: readonly Status[];
}

/** All of the requirements, or `impossible`: one that never holds. */
export type Requires = "impossible" | readonly Requirement[];

export type RequiresOutcome =
  | { readonly kind: "met" }
  | { readonly kind: "impossible" }
  /** There is no such resource: a mistake in the configuration. */
  | { readonly kind: "unknown"; readonly rid: string }
  | {
    readonly kind: "unmet";
    readonly rid: string;
    readonly wanted: readonly Status[];
    readonly found: Status;
  };

/** Thrown when a requirement cannot be read; `position` counts from 0 within the text. */
export class RequiresSyntaxError extends SyntaxError {
  override readonly name = "RequiresSyntaxError";

  constructor(readonly text: string, readonly position: number, problem: string) {
    super(`Cannot read the requirement "${text}" at character ${position + 1}: ${problem}`);
  }
}

const DEFAULT_STATES: readonly Status[] = ["up", "stdby up"];
const ELEMENT_REGEXP = /\s*([^\s()]+)(?:\s*\(([^()]*)\))?(?=\s|$)/y;

/**
 * Reads `rid(state,state) rid …`; without states, `up` or `stdby up` is wanted. Blanks around states are allowed.
 *
 * Throws `RequiresSyntaxError` for unknown states, for what is no resource id, and for stray parentheses.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRequires("fs#1( up, warn ) ip#0"), [
 *   { rid: "fs#1", states: ["up", "warn"] },
 *   { rid: "ip#0", states: ["up", "stdby up"] },
 * ]);
 * ```
 */
export function parseRequires(text: string): Requires {
  const end = text.trimEnd().length;
  const requirements: Requirement[] = [];
  let isImpossible = false;
  let position = 0;
  while (position < end) {
    ELEMENT_REGEXP.lastIndex = position;
    const match = ELEMENT_REGEXP.exec(text);
    const start = position + /^\s*/.exec(text.slice(position))![0].length;
    if (!match) throw new RequiresSyntaxError(text, start, "expected rid or rid(state,state)");
    position = ELEMENT_REGEXP.lastIndex;
    const [, rid, states] = match;
    if (rid === "impossible" && states === undefined) isImpossible = true;
    else requirements.push(readRequirement(text, start, rid!, states));
  }
  return isImpossible ? "impossible" : requirements;
}

function readRequirement(text: string, start: number, rid: string, states: string | undefined): Requirement {
  if (!tryParseRid(rid)) {
    throw new RequiresSyntaxError(text, start, `"${rid}" is no resource id, expected one such as fs#1`);
  }
  if (states === undefined) return { rid, states: DEFAULT_STATES };
  const from = text.indexOf("(", start) + 1;
  return { rid, states: states.split(",").map((state) => readState(text, from, state)) };
}

function readState(text: string, start: number, state: string): Status {
  const word = state.trim().replace(/\s+/g, " ");
  if (isStatus(word)) return word;
  throw new RequiresSyntaxError(text, start, `"${word}" is no state, expected one of ${STATUSES.join(", ")}`);
}

/**
 * Tells the first requirement that does not hold, if any; `statusOf` is asked only as far as needed, and gives nothing
 * for a resource that does not exist.
 */
export function evaluateRequires(
  requires: Requires,
  statusOf: (rid: string) => Status | undefined,
): RequiresOutcome {
  if (requires === "impossible") return { kind: "impossible" };
  for (const { rid, states } of requires) {
    const found = statusOf(rid);
    if (found === undefined) return { kind: "unknown", rid };
    if (!states.includes(found)) return { kind: "unmet", rid, wanted: states, found };
  }
  return { kind: "met" };
}

/** Says in a few words why requirements do not hold; nothing when they do. */
export function obstacleOf(outcome: RequiresOutcome): string | undefined {
  switch (outcome.kind) {
    case "met":
      return undefined;
    case "impossible":
      return "impossible";
    case "unknown":
      return `${outcome.rid} is not configured`;
    case "unmet":
      return `${outcome.rid} is ${outcome.found}, expected ${outcome.wanted.join(" or ")}`;
  }
}
