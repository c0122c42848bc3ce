/**
 * Numbers, lists and spans as English words.
 *
 * @module
 */

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]] as const;
const WEEK = 604_800;

/** Joins words as a sentence does: `a, b and c`. */
export function listWords(words: readonly string[], joint = "and"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinalWord(value: number): string {
  const isTeen = value % 100 >= 11 && value % 100 <= 13;
  const ending = isTeen ? "th" : ["th", "st", "nd", "rd"][value % 10] ?? "th";
  return `${value}${ending}`;
}

/** Seconds in words, `1 hour and 30 minutes`; whole weeks in weeks. */
export function spanWords(seconds: number): string {
  if (seconds % WEEK === 0) return countWords(seconds / WEEK, "week");
  let rest = seconds;
  const words: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) words.push(countWords(count, unit));
    rest -= count * size;
  }
  return listWords(words);
}

/** `every hour`, `every 10 minutes`. */
export function everyWords(seconds: number): string {
  return `every ${spanWords(seconds).replace(/^1 (\w+)$/, "$1")}`;
}

/** Sorted numbers in words; three and more in a row are a range, `1, 3 and 10 to 20`. */
export function numberWords(values: readonly number[], write: (value: number) => string): string {
  return listWords(runsOf(values).flatMap((run) => runWords(run, write)));
}

/** Groups sorted numbers that follow each other. */
export function runsOf(values: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && run.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs;
}

function runWords(run: readonly number[], write: (value: number) => string): string[] {
  return run.length < 3 ? run.map(write) : [`${write(run[0]!)} to ${write(run.at(-1)!)}`];
}

function countWords(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
