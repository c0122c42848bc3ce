import type { CommandSpec } from "../../cli/command.ts";
import type { View } from "../../cli/output.ts";
import { writeRows } from "../../cli/output.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { formatInstant } from "../../core/schedule/instant.ts";
import type { Schedule } from "../../core/schedule/model.ts";
import { isLastInFuture, nextRun } from "../../core/schedule/next.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import { instantFlag, scheduleOf, zoneFlag } from "./question.ts";

/** One run of the list. */
interface Run {
  /** With the offset of the zone. */
  readonly next: string;
  /** Seconds since the epoch. */
  readonly epoch: number;
}

const VIEW: View<Run> = {
  fields: ["next", "epoch"],
  columns: [{ title: "next", cell: ({ next }) => next }],
  hasNoTitles: true,
};

/** `agent schedule next EXPRESSION` */
export const SCHEDULE_NEXT: CommandSpec = {
  words: ["schedule", "next"],
  scope: "schedule",
  summary: "show when a schedule runs next",
  isData: true,
  flags: [
    { name: "count", aliases: ["n"], kind: "integer", default: "10", valueName: "N", text: "how many runs" },
    { name: "from", kind: "string", valueName: "DATE", text: "as if it were this instant; now by default" },
    { name: "last", kind: "string", valueName: "DATE", text: "the last run; none by default" },
    { name: "timezone", kind: "string", valueName: "ZONE", text: "the time zone; the system's by default" },
  ],
  positional: { name: "EXPRESSION", text: "the schedule; quote it", isMany: true },
  examples: [
    { command: "agent schedule next '02:30 mon-fri' -n 3 --timezone Europe/Paris", text: "shows three runs" },
    { command: "agent schedule next '@1h' --last 2026-03-02T09:30:00", text: "shows runs after a known one" },
  ],
  details:
    "Each run is taken as the last one for the next. The random place of ~ in its window is left out. Nothing " +
    "is printed when there is no run within 40 years.",
  run(invocation, { terminal, clock }) {
    const schedule = scheduleOf(invocation);
    const zone = zoneFlag(invocation, clock.timeZone());
    const count = invocation.flags.integer("count") ?? 10;
    if (count < 1 || count > 100_000) throw new UsageError(`Cannot show ${count} runs: expected 1 to 100000`);
    const from = instantFlag(invocation, "from", zone) ?? Math.ceil(clock.now() / 1000);
    const last = instantFlag(invocation, "last", zone);
    if (last !== undefined && isLastInFuture(last, from)) {
      terminal.write("stderr", "agent: the last run is more than 60 s in the future, and is ignored\n");
    }
    const runs = chain(schedule, { from, last, zone, count });
    writeRows(terminal, runs, VIEW, invocation.flags.format);
    return Promise.resolve(0);
  },
};

interface ChainRequest {
  readonly from: number;
  readonly last: number | undefined;
  readonly zone: Zone;
  readonly count: number;
}

function chain(schedule: Schedule, { from, last, zone, count }: ChainRequest): Run[] {
  const runs: Run[] = [];
  let now = from;
  let previous = last;
  while (runs.length < count) {
    const next = nextRun(schedule, { now, last: previous, zone });
    if (next === undefined) return runs;
    runs.push({ next: formatInstant(next.at, zone, { hasOffset: true }), epoch: next.at });
    now = previous = next.at;
  }
  return runs;
}
