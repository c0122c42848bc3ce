import type { CommandSpec } from "../../cli/command.ts";
import type { View } from "../../cli/output.ts";
import { writeRows } from "../../cli/output.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { chainFlags, type Run, runsAfter } from "./chain.ts";
import { scheduleOf } from "./question.ts";

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
    const count = invocation.flags.integer("count") ?? 10;
    if (count < 1 || count > 100_000) throw new UsageError(`Cannot show ${count} runs: expected 1 to 100000`);
    const query = chainFlags(invocation, { terminal, clock });
    const runs = runsAfter(schedule, { ...query, count });
    writeRows(terminal, runs, VIEW, invocation.flags.format);
    return Promise.resolve(0);
  },
};
