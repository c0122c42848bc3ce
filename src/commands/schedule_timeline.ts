import type { Agent } from "../actions/agent.ts";
import {
  timeline,
  type TimelineQuery,
  type TimelineRow,
  timelineRows,
} from "../actions/schedule/timeline.ts";
import type { Format } from "../cli/flag_values.ts";
import { type View, writeRows } from "../cli/output.ts";
import { widthOf } from "../core/text/width.ts";
import { nameOf, timelineText } from "./timeline_text.ts";

const VIEW: View<TimelineRow> = {
  fields: ["path", "rid", "timezone", "from", "to", "windows", "runs", "is_complete", "reason", "action"],
  columns: [],
};

/** The width without a terminal, and what the chart itself has at least. */
const WIDTH = 80;
const LEAST_WIDTH = 24;

export interface TimelineRequest extends TimelineQuery {
  readonly format: Format;
  /** Whether what runs next comes first. */
  readonly isByNext: boolean;
}

/** Shows the next 24 hours: a chart for people, the instants for programs. */
export function writeTimeline(agent: Agent, request: TimelineRequest): void {
  const { format, isByNext } = request;
  const { terminal } = agent.system;
  if (format !== "table") {
    const rows = sorted(timelineRows(agent, request), isByNext, ({ runs }) => runs[0]);
    return writeRows(terminal, rows, VIEW, format);
  }
  const options = { hasPaths: request.instances.length > 1 };
  const chart = timeline(agent, request, (names) => {
    const longest = Math.max(...names.map((name) => widthOf(nameOf(name, options))), 4);
    return Math.max((terminal.columns || WIDTH) - longest - 2, LEAST_WIDTH);
  });
  const lines = sorted(chart.lines, isByNext, ({ first }) => first);
  terminal.write("stdout", timelineText({ ...chart, lines }, options));
}

function sorted<Row>(
  rows: readonly Row[],
  isByNext: boolean,
  next: (row: Row) => number | undefined,
): readonly Row[] {
  // Those without a run come last, in the order that they have.
  const rank = (row: Row) => next(row) ?? Number.MAX_SAFE_INTEGER;
  return isByNext ? rows.toSorted((a, b) => rank(a) - rank(b)) : rows;
}
