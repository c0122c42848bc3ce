import { DAY } from "../civil.ts";
import type { DateSet } from "./date_set.ts";

/** What is excluded of the day on certain dates, from `begin` up to, but not including, `freeAt`. */
interface Cover {
  readonly begin: number;
  readonly freeAt: number;
  readonly dates: DateSet;
}

/** More exclusions than this are only looked at one instant after the other. */
const MOST = 16;

/**
 * Cuts the day where exclusions begin and end, and gives for each stretch that `isNeeded` the dates of those that cover
 * it: what is needed is excluded on a date when each of the lists has a set with that date in it.
 *
 * Empty when nothing covers a needed stretch, so that no date is excluded as a whole.
 */
export function coversOf(
  exclusions: readonly Cover[],
  isNeeded: (from: number, to: number) => boolean,
): (readonly DateSet[])[] {
  const near = exclusions.filter(({ begin, freeAt }) => isNeeded(begin, freeAt));
  if (near.length === 0 || near.length > MOST) return [];
  const ends = near.flatMap(({ begin, freeAt }) => [begin, freeAt]);
  const cuts = [...new Set([0, ...ends, DAY, Infinity])].sort((a, b) => a - b);
  const covers: DateSet[][] = [];
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    if (!isNeeded(from, cuts[index + 1]!)) continue;
    const cover = near.filter(({ begin, freeAt }) => begin <= from && from < freeAt);
    if (cover.length === 0) return [];
    covers.push([...new Set(cover.map(({ dates }) => dates))]);
  }
  return covers.filter((cover, index) => covers.findIndex((other) => isSame(cover, other)) === index);
}

function isSame(a: readonly DateSet[], b: readonly DateSet[]): boolean {
  return a.length === b.length && a.every((dates) => b.includes(dates));
}
