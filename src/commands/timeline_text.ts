import { formatLocal } from "../actions/schedule/rows.ts";
import type { Timeline, TimelineLine } from "../actions/schedule/timeline.ts";
import { DAY } from "../core/schedule/civil.ts";
import type { Columns, Mark } from "../core/schedule/columns.ts";
import type { Zone } from "../core/schedule/zone.ts";
import { escapeCell } from "../core/text/escape.ts";
import { padTo, widthOf } from "../core/text/width.ts";

const SIGNS: Readonly<Record<Mark, string>> = { closed: " ", open: "-", run: "|", runs: "#" };
/** Hours between two times of the axis. */
const TICKS = [1, 2, 3, 4, 6, 12];
/** A time such as 08:00 and a blank. */
const TICK_WIDTH = 6;

/** How the names are written: with the path of the service where there are several. */
export interface NameOptions {
  readonly hasPaths: boolean;
}

/** What stands in front of a line of the chart. */
export function nameOf(
  { path, name }: Pick<TimelineLine, "path" | "name">,
  { hasPaths }: NameOptions,
): string {
  return escapeCell(hasPaths ? `${path} ${name}` : name);
}

/** Draws the chart: an axis of the node's clock, a line for each schedule, and what the signs mean. */
export function timelineText({ columns, zone, lines }: Timeline, options: NameOptions): string {
  const names = lines.map((line) => nameOf(line, options));
  const left = Math.max(...names.map(widthOf), 4) + 2;
  const width = left + columns.count;
  const rows = lines.map((line, i) => padTo(names[i]!, left) + bodyOf(line, width - left));
  const title = `${formatLocal(columns.from, zone)} (${zone.name}), one column is ${lengthOf(columns.step)}`;
  const legend = `${SIGNS.run} a run  ${SIGNS.runs} several runs  ${SIGNS.open} an open window`;
  return [title, `${" ".repeat(left)}${axisOf(columns, zone)}`, ...rows, legend]
    .map((line) => `${line.trimEnd()}\n`).join("");
}

/** The reason stands where nothing else would. */
function bodyOf({ marks, reason }: TimelineLine, width: number): string {
  const isEmpty = marks.every((mark) => mark === "closed" || mark === "open");
  if (reason === null || !isEmpty) return marks.map((mark) => SIGNS[mark]).join("");
  const text = `(${escapeCell(reason)})`;
  return widthOf(text) <= width ? text : `${[...text].slice(0, width - 2).join("")}…)`;
}

/** Times of the day above the columns in which they begin. */
function axisOf(columns: Columns, zone: Zone): string {
  const { from, step, count } = columns;
  const hours = TICKS.find((tick) => tick * 3600 / step >= TICK_WIDTH) ?? 24;
  let axis = "";
  for (let i = 0; i < count; i++) {
    const instant = from + i * step;
    const wall = zone.toWall(instant);
    const second = wall - Math.floor(wall / DAY) * DAY;
    const text = `${twoDigits(Math.floor(second / 3600))}:${twoDigits(Math.floor(second % 3600 / 60))}`;
    const isTick = second % (hours * 3600) < step && axis.length <= i && i + text.length <= count;
    if (isTick) axis = `${axis.padEnd(i)}${text} `;
  }
  return axis;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function lengthOf(seconds: number): string {
  if (seconds === 60) return "a minute";
  if (seconds < 3600) return `${seconds / 60} minutes`;
  return seconds === 3600 ? "an hour" : `${Math.round(seconds / 3600)} hours`;
}
