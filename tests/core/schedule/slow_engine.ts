/**
 * A second engine, slow and obvious: date by date with Temporal, instants compared as they come. It is told the rules
 * as data, so that it shares nothing with the parser.
 *
 * @module
 */

/** How far the slow engine looks, in days; the fast one must then have found nothing before. */
export const DAYS = 60;

/** A time range; seconds since midnight, `end` included. */
export interface Range {
  readonly text: string;
  readonly begin: number;
  readonly end: number;
  /** Seconds after a run. */
  readonly interval: number;
  /** Whether the interval counts on the wall clock. */
  readonly isWall: boolean;
}

/** One expression, and the dates on which it counts. */
export interface Rule {
  readonly text: string;
  readonly isExclusion: boolean;
  readonly ranges: readonly Range[];
  matches(date: Temporal.PlainDate): boolean;
}

/** What is asked, in seconds since the epoch. */
export interface SlowQuery {
  readonly now: number;
  readonly last: number | undefined;
  readonly zone: string;
}

/** Both instants of a wall time; the first one after the gap, twice, when there is none. */
function instantsOf(wall: Temporal.PlainDateTime, zone: string): { first: number; last: number } {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: "earlier" });
  const later = wall.toZonedDateTime(zone, { disambiguation: "later" });
  if (earlier.toPlainDateTime().equals(wall)) return { first: secondsOf(earlier), last: secondsOf(later) };
  const change = secondsOf(earlier.getTimeZoneTransition("next")!);
  return { first: change, last: change };
}

function secondsOf({ epochMilliseconds }: { readonly epochMilliseconds: number }): number {
  return epochMilliseconds / 1000;
}

/** The parts of a range on one date, as instants: `free` is the first one that an exclusion leaves. */
function stretchesOf(range: Range, date: Temporal.PlainDate, zone: string) {
  if (!date.toZonedDateTime(zone).toPlainDate().equals(date)) return [];
  const parts = range.begin > range.end
    ? [[range.begin, 86_399], [0, range.end]]
    : [[range.begin, range.end]];
  return parts.map(([begin, end]) => {
    const from = instantsOf(date.toPlainDateTime().add({ seconds: begin! }), zone);
    const to = instantsOf(date.toPlainDateTime().add({ seconds: end! }), zone);
    return { begin: from.first, end: to.first, free: to.last + (end === 86_399 ? 1 : 0) };
  });
}

function readyAt(range: Range, last: number, zone: string): number {
  if (!range.isWall) return last + range.interval;
  const ranAt = new Temporal.ZonedDateTime(BigInt(last) * 1_000_000_000n, zone);
  const { first, last: second } = instantsOf(ranAt.toPlainDateTime().add({ seconds: range.interval }), zone);
  return first > last ? first : second;
}

/** The earliest instant of the rules in the next days; undefined when there is none. */
export function slowNext(rules: readonly Rule[], { now, last, zone }: SlowQuery): number | undefined {
  const today = new Temporal.ZonedDateTime(BigInt(now) * 1_000_000_000n, zone).toPlainDate();
  let best: number | undefined;
  for (let offset = -2; offset <= DAYS; offset++) {
    const date = today.add({ days: offset });
    const taken = rules.filter((rule) => rule.isExclusion).flatMap((rule) =>
      [-2, -1, 0, 1, 2].map((shift) => date.add({ days: shift })).filter((near) => rule.matches(near))
        .flatMap((
          near,
        ) => rule.ranges.flatMap((range) => stretchesOf(range, near, zone)))
    );
    for (const rule of rules.filter((rule) => !rule.isExclusion && rule.matches(date))) {
      for (const range of rule.ranges) {
        for (const { begin, end } of stretchesOf(range, date, zone)) {
          const from = Math.max(begin, now, last === undefined ? now : readyAt(range, last, zone));
          const found = [from, ...taken.map(({ free }) => free)].sort((a, b) => a - b).find((at) =>
            at >= from && at <= end && !taken.some((it) => at >= it.begin && at < it.free)
          );
          if (found !== undefined && (best === undefined || found < best)) best = found;
        }
      }
    }
    // Instants of later dates are later, but for a fold over midnight: one more date settles that.
    if (best !== undefined && offset >= 0 && best < now + (offset - 2) * 86_400) break;
  }
  return best;
}
