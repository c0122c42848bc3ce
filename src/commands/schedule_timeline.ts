import type { Agent } from "../actions/agent.ts";
import { filterTasks } from "../actions/explain.ts";
import type { Instance } from "../actions/load.ts";
import { whereNamed } from "../actions/run/choose.ts";
import { timeline, type TimelineLine, type TimelineRow, timelineRows } from "../actions/timeline.ts";
import type { Format } from "../cli/flag_values.ts";
import { type View, writeRows } from "../cli/output.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import { widthOf } from "../core/text/width.ts";
import { nameOf, timelineText } from "./timeline_text.ts";

const VIEW: View<TimelineRow> = {
  fields: ["path", "rid", "timezone", "from", "to", "windows", "runs", "is_complete", "reason"],
  columns: [],
};

/** The width without a terminal, and what the chart itself has at least. */
const WIDTH = 80;
const LEAST_WIDTH = 24;

export interface TimelineRequest {
  readonly instances: readonly Instance[];
  readonly filter: ResourceFilterTexts;
  readonly format: Format;
  /** Whether the task that runs next comes first. */
  readonly isByNext: boolean;
}

/** Shows the next 24 hours: a chart for people, the instants for programs. */
export function writeTimeline(agent: Agent, request: TimelineRequest): void {
  const { instances, filter, format, isByNext } = request;
  const { terminal } = agent.system;
  const named = new Set(
    whereNamed(
      instances,
      (instance) => filterTasks(instance, filter).map(({ rid }) => keyOf({ path: instance.name, rid })),
    ).flat(),
  );
  const isNamed = (row: Named) => named.has(keyOf(row));
  if (format !== "table") {
    const rows = sorted(timelineRows(agent, instances).filter(isNamed), isByNext, ({ runs }) => runs[0]);
    return writeRows(terminal, rows, VIEW, format);
  }
  const options = { hasPaths: instances.length > 1 };
  const names = [...named].map((key) => widthOf(nameOf(partsOf(key), options)));
  const width = (terminal.columns || WIDTH) - Math.max(...names, 4) - 2;
  const chart = timeline(agent, instances, Math.max(width, LEAST_WIDTH));
  const lines = sorted(chart.lines.filter(isNamed), isByNext, ({ first }) => first);
  terminal.write("stdout", timelineText({ ...chart, lines }, options));
}

type Named = Pick<TimelineLine, "path" | "rid">;

function keyOf({ path, rid }: Named): string {
  return `${path} ${rid}`;
}

function partsOf(key: string): Named {
  const [path = "", rid = ""] = key.split(" ");
  return { path, rid };
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
