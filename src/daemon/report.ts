import type { Agent } from "../actions/agent.ts";
import type { DaemonCounters, DaemonReport } from "../actions/daemon_report.ts";
import type { Files } from "../ports.ts";
import type { Courier } from "./collector/courier.ts";
import type { Launcher } from "./launcher.ts";
import type { Meter } from "./meter.ts";
import type { Scheduler } from "./scheduler.ts";

/** The parts of a daemon that know something. */
export interface Parts {
  readonly agent: Agent;
  readonly meter: Meter;
  readonly scheduler: Scheduler;
  readonly launcher: Launcher;
  readonly courier: Pick<Courier, "report"> | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stopping: AbortSignal;
}

/** Where the report comes from. */
export interface Sources extends Parts {
  /** What the monotonic clock said at the start, in milliseconds. */
  readonly startedAtMonotonic: number;
}

/** Says what the daemon does at this instant, and what it did so far. */
export function reportOf(sources: Sources): DaemonReport {
  const { agent: { system, node }, meter, scheduler, launcher, startedAt, startedAtMonotonic } = sources;
  const wakeAt = scheduler.wakeAt();
  return {
    version: system.host.version.agent,
    pid: system.processes.self.pid,
    node: node.name,
    state: sources.stopping.aborted ? "stopping" : "running",
    started_at: new Date(startedAt).toISOString(),
    uptime_s: Math.round((system.clock.monotonic() - startedAtMonotonic) / 1000),
    services: scheduler.services,
    schedules: scheduler.schedules,
    max_parallel: node.maxParallel,
    running_jobs: launcher.jobs.map(({ instance, rid, plannedAt, startedAt }) => ({
      path: instance.name,
      rid,
      planned_at: new Date(plannedAt * 1000).toISOString(),
      started_at: new Date(startedAt).toISOString(),
    })),
    waiting: scheduler.waiting,
    next_wakeup_at: wakeAt === undefined ? null : instantOf(wakeAt),
    counters: countersOf(meter),
    start_lag: { count: meter.lag.count, sum_s: round(meter.lag.sum), max_s: round(meter.lag.max) },
    collector: sources.courier?.report ?? null,
    resident_bytes: residentBytes(system.files) ?? null,
  };
}

function countersOf(meter: Meter): DaemonCounters {
  const { succeeded = 0, failed = 0, refused = 0, skipped = 0 } = Object.fromEntries(meter.ended);
  return {
    started: meter.started,
    succeeded,
    failed,
    refused,
    skipped,
    missed: meter.missed,
    given_up: Object.fromEntries(meter.notStarted),
    reloads: meter.reloads,
    orphans_reaped: meter.orphans,
  };
}

/** What is held until something happens is far away: no date. */
function instantOf(seconds: number): string | null {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function residentBytes(files: Pick<Files, "read">): number | undefined {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(files.read("/proc/self/status") ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
