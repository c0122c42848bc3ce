/**
 * Throws nonsense at the parser: pieces of expressions in a random order, expressions with characters changed, long runs
 * of one piece, and any characters at all.
 *
 * @module
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import { ScheduleSyntaxError } from "../../../src/core/schedule/error.ts";
import { formatSchedule } from "../../../src/core/schedule/format.ts";
import { nextRun } from "../../../src/core/schedule/next.ts";
import { parseSchedule } from "../../../src/core/schedule/parse.ts";
import { UTC } from "../../../src/core/schedule/zone.ts";
import { Dice } from "./dice.ts";

const PIECES = [
  ..." \t\n,-:@%#+!~*[]\"'/?.\\0123456789".split(""),
  ..."09:00 24:00 23:59:59 -12:00 @10 @1h30m @0 mon fri sunday last first 1st 53 54 jan december %2 %2+1 :last #-1"
    .split(" "),
  ..."*/5 0-59/7 15W L LW fri#2 friL 2026 @daily @reboot null true 1e9 99999999999999999999 é 日 \u0000 \ud800"
    .split(" "),
  '["',
  '", "',
  '"]',
  "  ",
  "! ",
  "* * * * *",
  "\u00a0",
];
const EXPRESSIONS = [
  "@10",
  "09:00-18:00@15m mon-fri",
  "16:00-17:00@1m sat:last,tue-mon:last * %2+1,feb-apr",
  '["14:00-21:00@10", "!12:00-18:55", "!19:10-20:00"]',
  "*/5 9-17 1,15 jan-mar mon-fri",
  "0 30 2 L * fri#2 2026-2028",
  "~22:00-02:00 *:1,-1 52-2 dec-jan",
];
const LONGEST = 2000;
/** What one input may take, in milliseconds. */
const LIMIT = 10;
const TURNS = 20;

function makeInput(dice: Dice): string {
  const kind = dice.below(8);
  if (kind === 0) return dice.pick(PIECES).repeat(dice.below(LONGEST));
  if (kind === 1) {
    return dice.pick(EXPRESSIONS) + (dice.pick(PIECES) + dice.pick(PIECES)).repeat(dice.below(LONGEST / 20));
  }
  if (kind < 4) return Array.from({ length: dice.below(20) }, () => dice.pick(PIECES)).join("");
  if (kind === 4) {
    return String.fromCharCode(...Array.from({ length: dice.below(30) }, () => dice.below(0x1_0000)));
  }
  let text = dice.pick(EXPRESSIONS);
  for (let change = dice.below(4); change >= 0; change--) {
    const at = dice.below(text.length + 1);
    text = text.slice(0, at) + dice.pick(["", ...PIECES]) + text.slice(at + dice.below(3));
  }
  return text;
}

/** True when it can be read; whatever else is thrown than its own error goes through. */
function isReadable(text: string): boolean {
  try {
    const spelling = formatSchedule(parseSchedule(text));
    assertEquals(formatSchedule(parseSchedule(spelling)), spelling, JSON.stringify(text));
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleSyntaxError)) {
      throw new Error(`Cannot stand ${JSON.stringify(text)}`, { cause: error });
    }
    assert(error.position >= 0 && error.position <= error.expression.length, JSON.stringify(text));
    return false;
  }
}

/** The next run after an instant of no distinction; whatever can be read can be asked about. */
function nextOf(text: string): number | undefined {
  return nextRun(parseSchedule(text), { now: 1_774_742_399, last: 1_774_742_000, zone: UTC })?.at;
}

/** Milliseconds; an input that seems slow gets more chances, since the machine may have stood still. */
function timeOf(text: string): number {
  let best = Infinity;
  for (let turn = 0; turn < TURNS && best >= LIMIT; turn++) {
    const start = performance.now();
    isReadable(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/**
 * Tries `count` inputs: none may throw a foreign error, take longer than 10 ms, or mean something else in its canonical
 * spelling; and the heap may not grow with them.
 * Gives the number of those that could be read.
 */
export function fuzzParser(count: number, seed: number): number {
  const dice = new Dice(seed);
  const heaps: number[] = [];
  let readable = 0;
  for (let index = 0; index < count; index++) {
    const text = makeInput(dice);
    assertLess(timeOf(text), LIMIT, `${text.length} characters: ${JSON.stringify(text.slice(0, 200))}`);
    if (index % 100 === 0) heaps.push(Deno.memoryUsage().heapUsed);
    if (!isReadable(text)) continue;
    assertEquals(nextOf(formatSchedule(parseSchedule(text))), nextOf(text), JSON.stringify(text));
    readable++;
  }
  // The least of a stretch is what a collection left.
  const half = heaps.length >> 1;
  assertLess(
    Math.min(...heaps.slice(half)) - Math.min(...heaps.slice(half >> 1, half)),
    20_000_000,
    "the heap grows",
  );
  return readable;
}
