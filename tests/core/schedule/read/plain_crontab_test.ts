/** Croner is the oracle: what is read without it must say the same. */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { CronPattern } from "croner";
import type { CrontabExpression } from "../../../../src/core/schedule/model.ts";
import { readPlainCrontab } from "../../../../src/core/schedule/read/plain_crontab.ts";
import { Dice } from "../dice.ts";

const CASES = 20_000;
const MONTHS = ["jan", "feb", "MAR", "apr", "may", "jun", "Jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "TUE", "wed", "thu", "Fri", "sat"];

function makeField(
  dice: Dice,
  [first, last]: readonly [number, number],
  words: readonly string[] = [],
): string {
  // Now and then a value that is too large.
  const number = () => String(first + dice.below(last - first + 1 + (dice.below(25) === 0 ? 1 : 0)));
  const value = () => words.length > 0 && dice.below(3) === 0 ? dice.pick(words) : number();
  const member = () =>
    dice.pick([
      () => "*",
      () => `*/${number()}`,
      value,
      value,
      () => `${value()}-${value()}`,
      () => `${value()}-${value()}/${number()}`,
      () => `${value()}/${number()}`,
    ])();
  return Array.from({ length: dice.pick([1, 1, 1, 2, 3]) }, member).join(",");
}

function makeExpression(dice: Dice): string {
  return [
    ...(dice.below(4) === 0 ? [makeField(dice, [0, 59])] : []),
    makeField(dice, [0, 59]),
    makeField(dice, [0, 23]),
    makeField(dice, [1, 31]),
    makeField(dice, [1, 12], MONTHS),
    makeField(dice, [0, 7], WEEKDAYS),
  ].join(" ");
}

function readByCroner(text: string): CronPattern | undefined {
  try {
    return new CronPattern(text, undefined, { fixedTimeRule: "no-wildcard" });
  } catch {
    return undefined;
  }
}

function indexesOf(flags: readonly number[]): number[] {
  return flags.flatMap((flag, index) => flag ? [index] : []);
}

/** The days of a month of 31 days as bits, from croner's own flags. */
function daysByCroner({ day, dayOfWeek, starDOM, starDOW }: CronPattern, firstWeekday: number): number {
  let bits = 0;
  for (let date = 1; date <= 31; date++) {
    const [isDay, isWeekday] = [day[date - 1] !== 0, dayOfWeek[(firstWeekday + date) % 7] !== 0];
    if (starDOW ? isDay : starDOM ? isWeekday : isDay || isWeekday) bits |= 1 << (date - 1);
  }
  return bits;
}

function check(found: CrontabExpression, pattern: CronPattern, text: string): void {
  const { seconds, minutes, hours, months, isFixedTime, daysOf } = found;
  assertEquals(
    { seconds, minutes, hours, months, isFixedTime },
    {
      seconds: indexesOf(pattern.second),
      minutes: indexesOf(pattern.minute),
      hours: indexesOf(pattern.hour),
      months: pattern.month.every(Boolean) ? undefined : indexesOf(pattern.month).map((index) => index + 1),
      isFixedTime: pattern.isFixedTime,
    },
    text,
  );
  for (let weekday = 0; weekday < 7; weekday++) {
    assertEquals(daysOf?.(weekday, 31) ?? 0x7fffffff, daysByCroner(pattern, weekday), text);
  }
}

Deno.test(`readPlainCrontab() reads what croner reads, or leaves it to croner: ${CASES} random expressions`, () => {
  const dice = new Dice(20_260_329);
  let count = 0;
  for (let index = 0; index < CASES; index++) {
    const text = makeExpression(dice);
    const found = readPlainCrontab(text);
    if (!found) continue;
    const pattern = readByCroner(text);
    assert(pattern, text);
    check(found, pattern, text);
    count++;
  }
  assertGreater(count, CASES / 20);
});

for (
  const text of ["30 4 * *", "0 0 L * *", "0 0 15W * *", "0 0 * * fri#2", "0 0 * * +fri", "0 0 1 1 * * 2026"]
) {
  Deno.test(`readPlainCrontab() leaves "${text}" to others`, () => {
    assertEquals(readPlainCrontab(text), undefined);
  });
}
