import { runningDaemon } from "../../actions/daemon_control.ts";
import type { DaemonReport } from "../../actions/daemon_report.ts";
import { askDaemon } from "../../actions/daemon_report.ts";
import type { CommandSpec } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import { writeValue } from "../../cli/output.ts";
import type { DaemonRecord } from "../../state/daemon_record.ts";
import { agentFor } from "../context.ts";

/** `agent daemon status` */
export const DAEMON_STATUS: CommandSpec = {
  words: ["daemon", "status"],
  scope: "daemon",
  summary: "say whether the scheduler runs, and what it does",
  isData: true,
  flags: [],
  examples: [
    { command: "agent daemon status", text: "exits with 0 when it runs, with 1 when it does not" },
    { command: "agent daemon status --format json", text: "tells everything that the daemon counts" },
  ],
  details: "A daemon that does not answer on its socket within a second is only said to run.",
  async run(invocation, system) {
    const agent = agentFor(invocation, system);
    const record = runningDaemon(agent);
    const report = record && await askDaemon(system, agent.folders);
    const data = { running: record !== undefined, ...record, ...report };
    writeValue(system.terminal, data, () => describe(record, report), invocation.flags.format);
    return record ? EXIT_CODES.done : EXIT_CODES.failed;
  },
};

function describe(record: DaemonRecord | undefined, report: DaemonReport | undefined): string {
  if (!record) return "not running";
  const state = report?.state ?? "running";
  const first = `${state}, process ${record.pid}, since ${record.started_at}`;
  return [first, ...(report ? [plans(report), places(report), counts(report)] : [])].join("\n");
}

function plans({ services, schedules, next_wakeup_at }: DaemonReport): string {
  const next = next_wakeup_at === null ? "nothing is planned" : `next at ${next_wakeup_at}`;
  return `${services} services, ${schedules} schedules, ${next}`;
}

function places({ running_jobs, max_parallel, waiting }: DaemonReport): string {
  const jobs = running_jobs.map(({ path, rid, started_at }) => `${path} ${rid} since ${started_at}`);
  const waits = waiting === 0 ? [] : [`${waiting} waiting for a place`];
  const running = `${running_jobs.length} of ${max_parallel} places taken`;
  const list = [running, ...waits].join(", ");
  return jobs.length === 0 ? list : `${list}: ${jobs.join(", ")}`;
}

function counts({ counters }: DaemonReport): string {
  const { succeeded, failed, refused, missed, given_up } = counters;
  const dropped = Object.values(given_up).reduce((sum, count) => sum + count, 0);
  return `runs so far: ${succeeded} succeeded, ${failed} failed, ${refused} refused, ` +
    `${dropped} given up, ${missed} missed`;
}
