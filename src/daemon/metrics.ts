import { join } from "@std/path";
import type { DaemonReport } from "../actions/daemon_report.ts";
import { formatMetrics } from "../core/text/metrics.ts";
import type { Metric, Sample } from "../core/text/metrics.ts";
import type { System } from "../ports.ts";
import { readLastRun } from "../state/last_run.ts";
import type { Entry } from "./entries.ts";
import type { Lag } from "./meter.ts";
import { LAG_BOUNDS } from "./meter.ts";

/** How many last runs are read at once: what is due meanwhile must not wait for a scrape. */
const READ_AT_ONCE = 100;

/** Everything that is measured, in the text format of Prometheus. */
export async function metricsText(
  system: Pick<System, "files" | "clock">,
  report: DaemonReport,
  lag: Lag,
  tasks: readonly Entry[],
): Promise<string> {
  const { at, code } = await lastRuns(system, tasks);
  return formatMetrics([
    ...aboutProcess(report),
    ...aboutSchedules(report),
    ...aboutRuns(report),
    ...aboutCollector(report),
    histogramOf(lag),
    gauge("agent_task_last_run_timestamp_seconds", "When the task was last started, by hand or not.", at),
    gauge("agent_task_last_run_code", "Exit code of the last run of the task.", code),
  ]);
}

function aboutProcess(report: DaemonReport): Metric[] {
  const { version, node, started_at, uptime_s, resident_bytes } = report;
  return [
    gauge("agent_build_info", "The version of the agent, and the name of the node.", [
      { labels: { version, node }, value: 1 },
    ]),
    gauge("process_start_time_seconds", "When the daemon was started.", Date.parse(started_at) / 1000),
    gauge("agent_uptime_seconds", "How long the daemon runs.", uptime_s),
    gauge("process_resident_memory_bytes", "Memory of the daemon itself.", resident_bytes),
  ];
}

function aboutSchedules(report: DaemonReport): Metric[] {
  const { services, schedules, next_wakeup_at, counters } = report;
  const wakeAt = next_wakeup_at === null ? null : Date.parse(next_wakeup_at) / 1000;
  return [
    gauge("agent_services", "Services that have a configuration.", services),
    gauge("agent_schedules", "Schedules that are followed.", schedules),
    gauge("agent_next_wakeup_timestamp_seconds", "When something is due next.", wakeAt),
    counter(
      "agent_reloads_total",
      "How often all configurations were read again on demand.",
      counters.reloads,
    ),
  ];
}

function aboutRuns({ running_jobs, waiting, max_parallel, counters }: DaemonReport): Metric[] {
  const results = ["succeeded", "failed", "refused", "skipped"] as const;
  return [
    gauge("agent_runs_running", "Scheduled runs that are under way.", running_jobs.length),
    gauge("agent_runs_waiting", "Runs that are due and wait for a free place.", waiting),
    gauge("agent_runs_max_parallel", "How many scheduled runs may be under way.", max_parallel),
    counter("agent_runs_started_total", "Scheduled runs that were started.", counters.started),
    counter(
      "agent_runs_ended_total",
      "Scheduled runs that are over, by result.",
      results.map((result) => ({ labels: { result }, value: counters[result] })),
    ),
    counter(
      "agent_runs_given_up_total",
      "Planned runs that were not started, by reason.",
      Object.entries(counters.given_up).map(([reason, value]) => ({ labels: { reason }, value })),
    ),
    counter("agent_runs_missed_total", "Planned runs whose time passed unnoticed.", counters.missed),
    counter("agent_orphans_reaped_total", "Orphaned processes that were collected.", counters.orphans_reaped),
  ];
}

function aboutCollector({ collector }: DaemonReport): Metric[] {
  if (collector === null) return [];
  const results = ["delivered", "rejected", "failed"] as const;
  return [
    gauge(
      "agent_collector_registered",
      "Whether the node has a password for the collector.",
      collector.state === "registered" ? 1 : 0,
    ),
    counter(
      "agent_collector_messages_total",
      "Messages to the collector: taken, refused for ever, to be tried again.",
      results.map((result) => ({ labels: { result }, value: collector[result] })),
    ),
  ];
}

function gauge(name: string, help: string, value: number | null | readonly Sample[]): Metric {
  return { name, type: "gauge", help, samples: samplesOf(value) };
}

function counter(name: string, help: string, value: number | readonly Sample[]): Metric {
  return { name, type: "counter", help, samples: samplesOf(value) };
}

function samplesOf(value: number | null | readonly Sample[]): readonly Sample[] {
  if (value === null) return [];
  return typeof value === "number" ? [{ value }] : value;
}

/** The format wants each class to hold all smaller ones. */
function histogramOf({ count, sum, classes }: Lag): Metric {
  let below = 0;
  const buckets = LAG_BOUNDS.map((bound, i): Sample => {
    below += classes[i]!;
    return { suffix: "_bucket", labels: { le: String(bound) }, value: below };
  });
  return {
    name: "agent_run_start_lag_seconds",
    type: "histogram",
    help: "How long after its planned instant a run was started.",
    samples: [
      ...buckets,
      { suffix: "_bucket", labels: { le: "+Inf" }, value: count },
      { suffix: "_sum", value: sum },
      { suffix: "_count", value: count },
    ],
  };
}

/** From the files, and so across restarts of the daemon; a run whose end nobody saw has no code. */
async function lastRuns(
  { files, clock }: Pick<System, "files" | "clock">,
  tasks: readonly Entry[],
): Promise<{ readonly at: readonly Sample[]; readonly code: readonly Sample[] }> {
  const at: Sample[] = [];
  const code: Sample[] = [];
  for (const [i, { path, rid = "", memoryFolder }] of tasks.entries()) {
    if (i > 0 && i % READ_AT_ONCE === 0) await clock.sleep(1);
    const last = readLastRun(files, join(memoryFolder, rid));
    const labels = { path, rid };
    const started = Date.parse(last?.at ?? "");
    if (!Number.isNaN(started)) at.push({ labels, value: started / 1000 });
    if (typeof last?.exitcode === "number") code.push({ labels, value: last.exitcode });
  }
  return { at, code };
}
