/**
 * What a schedule says, as read from its text: data only.
 *
 * @module
 */

/** The value of a `schedule` keyword: the union of its inclusions, minus all of its exclusions. */
export interface Schedule {
  /** The value as written; a list is its JSON text. */
  readonly text: string;
  readonly expressions: readonly Expression[];
  /** Whether no instant can ever be in it: no value, `@0`, or exclusions only. */
  readonly isNever: boolean;
  /** Whether a member draws its instant at random (`~`). */
  readonly isRandom: boolean;
  /** Whether `@reboot` is a member: once per boot, which is no instant that `nextRun` could know. */
  readonly hasReboot: boolean;
}

export type Expression = WindowExpression | CrontabExpression | RebootExpression;

/** One to four fields: time ranges, days, weeks, months. */
export interface WindowExpression {
  readonly kind: "windows";
  readonly text: string;
  /** Whether it starts with `!`. */
  readonly isExclusion: boolean;
  readonly ranges: readonly TimeRange[];
  readonly dates: DateFilter;
}

/** Five to seven fields, or a nickname such as `@daily`: a set of planned instants. */
export interface CrontabExpression {
  readonly kind: "crontab";
  readonly text: string;
  readonly isExclusion: false;
  /** Times of the day in which no field has a `*` or a step: they run once in each night, gap or fold. */
  readonly isFixedTime: boolean;
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /**
   * The allowed days of a month as bits (bit 0 is the 1st), given the 1st's weekday (0 is Monday) and the length; absent
   * when all are.
   */
  readonly daysOf?: ((firstWeekday: number, length: number) => number) | undefined;
  /** 1 to 12; absent when any month will do. */
  readonly months?: readonly number[] | undefined;
  /** Names the dates: the same for the same month days, months, weekdays and years. */
  readonly datesText: string;
  /** Absent when any year will do. */
  readonly years?: ReadonlySet<number>;
  /** Whether both the day of the month and the weekday are restricted, so that either is enough. */
  readonly isEitherDay: boolean;
}

export interface RebootExpression {
  readonly kind: "reboot";
  readonly text: string;
  readonly isExclusion: false;
}

/** A part of the day; seconds since midnight on the wall clock. */
export interface TimeRange {
  /** As written, without blanks. */
  readonly text: string;
  /** 0-based offset in the expression. */
  readonly position: number;
  readonly begin: number;
  /** Included; less than `begin` when the range goes over midnight. */
  readonly end: number;
  /** How long after the last run the next one may be; 1 or more. */
  readonly intervalSeconds: number;
  /** Whether the interval counts on the wall clock (no `@` was written) or in elapsed time. */
  readonly isWallInterval: boolean;
  /** Whether it is a lone time: a planned instant, not a window. */
  readonly isPlanned: boolean;
  /** Whether `~` was written and the range is a window with one run in it. */
  readonly isRandom: boolean;
  /** Whether `~` was written. */
  readonly isTilde: boolean;
}

/** Which dates count; an absent filter lets all pass. */
export interface DateFilter {
  /** The fields as written, with one blank between them; empty when there are none. */
  readonly text: string;
  /** One of them must hold. */
  readonly days?: readonly DayRule[];
  /** ISO weeks, 1 to 53. */
  readonly weeks?: readonly number[];
  /** 1 to 12. */
  readonly months?: readonly number[];
}

export interface DayRule {
  /** 0 for Monday to 6 for Sunday. */
  readonly weekdays: readonly number[];
  /** Which days of the month, together with the weekdays; absent for all. */
  readonly monthDay?: MonthDay;
}

export type MonthDay =
  /** The `day`th of the month, or from its end when negative: -1 is the last. */
  | { readonly kind: "day"; readonly day: number }
  /** The days for which (day + shift) mod modulo is 0. */
  | { readonly kind: "step"; readonly modulo: number; readonly shift: number }
  /** The `nth` such weekday of the month, or from its end when negative. */
  | { readonly kind: "nth"; readonly nth: number };
