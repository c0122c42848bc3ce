import type { CommandSpec } from "../../cli/command.ts";
import { writeValue } from "../../cli/output.ts";
import { explainSchedule, type Explanation } from "../../core/schedule/explain.ts";
import { chainFlags, runsAfter } from "./chain.ts";
import { scheduleOf } from "./question.ts";

/** How many runs are shown. */
const RUNS = 3;
const LABEL_WIDTH = 10;

/** What is answered to programs. */
interface Answer extends Explanation {
  readonly timezone: string;
  /** The next runs, with the offset of the zone. */
  readonly next: readonly string[];
}

/** `agent schedule explain EXPRESSION` */
export const SCHEDULE_EXPLAIN: CommandSpec = {
  words: ["schedule", "explain"],
  scope: "schedule",
  summary: "say in plain words what a schedule means",
  isData: true,
  flags: [
    { name: "from", kind: "string", valueName: "DATE", text: "as if it were this instant; now by default" },
    { name: "last", kind: "string", valueName: "DATE", text: "the last run; none by default" },
    { name: "timezone", kind: "string", valueName: "ZONE", text: "the time zone; the system's by default" },
  ],
  positional: { name: "EXPRESSION", text: "the schedule; quote it", isMany: true },
  examples: [
    { command: "agent schedule explain '08:00-17:59@10 mon-fri'", text: "explains a working-hours schedule" },
    { command: "agent schedule explain '30 2 * * 1-5' --timezone Europe/Paris", text: "explains a crontab" },
  ],
  details:
    "Shows the canonical spelling, what it means, hints at what may surprise, and the next three runs, each of them " +
    "taken as the last one for the next. An expression that cannot be read is an error with its position, exit code 3.",
  run(invocation, { terminal, clock }) {
    const schedule = scheduleOf(invocation);
    const query = chainFlags(invocation, { terminal, clock });
    const next = runsAfter(schedule, { ...query, count: RUNS }).map((run) => run.next);
    const answer: Answer = { ...explainSchedule(schedule), timezone: query.zone.name, next };
    const none = schedule.hasReboot ? "at the next boot" : "none within 40 years";
    writeValue(terminal, answer, () => textOf(answer, none), invocation.flags.format);
    return Promise.resolve(0);
  },
};

/** `none` is said when there is no next run. */
function textOf({ spelling, meaning, timezone, hints, next }: Answer, none: string): string {
  return [
    ...labelled("schedule", [spelling]),
    ...labelled("meaning", meaning),
    ...labelled("time zone", [timezone]),
    ...labelled("hint", hints),
    ...labelled("next runs", next.length > 0 ? next : [none]),
  ].join("\n");
}

/** The label stands before the first line only. */
function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `${(index === 0 ? label : "").padEnd(LABEL_WIDTH)} ${line}`);
}
