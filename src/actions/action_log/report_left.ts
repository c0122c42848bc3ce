import type { ActionLine } from "../../core/collector/action_body.ts";
import { LineKeeper } from "../../core/collector/line_keeper.ts";
import { parseObjectPath } from "../../core/naming/object_path.ts";
import { parseInstant } from "../../core/schedule/instant.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import type { RunRecord } from "../../state/last_run.ts";
import type { SlotRecord } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Instance, Resource } from "../load.ts";
import { logSources, parseLog } from "../logs.ts";
import type { ReportedEnd } from "./action_log.ts";
import { ActionLog, isActionLogged } from "./action_log.ts";

/** How much of the end of a log is looked through for the lines of a run, in bytes. */
const LOOKED_AT = 1024 * 1024;

/** A run whose agent is gone. */
export interface LeftRun {
  readonly agent: Agent;
  readonly instance: Pick<Instance, "name">;
  readonly resource: Pick<Resource, "rid"> & Partial<Pick<Resource, "subset">>;
  readonly journal: Pick<Journal, "warning">;
  readonly record: SlotRecord;
}

/** Tells the collector of the end of a run that another agent began, where runs are told at all. */
export async function reportLeft(run: LeftRun, end: ReportedEnd): Promise<void> {
  const { agent, instance: { name }, resource: { rid, subset = "" }, journal, record } = run;
  const isScheduled = record.planned_at !== null;
  if (!isActionLogged(agent, isScheduled)) return;
  const begin = {
    path: name,
    argv: [name, "run", "--rid", rid, ...(isScheduled ? ["--cron"] : [])],
    rid,
    origin: record.origin,
    isScheduled,
    sessionId: record.action_id ?? record.session_id,
    pid: record.pid,
    beganAt: Date.parse(record.at),
  };
  await new ActionLog({ agent, journal, begin, subset }).end(end, linesOf(run, end));
}

/** The same for one that is on record. */
export async function reportRecorded(run: LeftRun, record: Partial<RunRecord>): Promise<void> {
  const endedAt = Date.parse(record.ended_at ?? "");
  await reportLeft(run, {
    is_failed: (record.reason ?? null) !== null,
    reason: record.reason ?? null,
    status: record.status ?? null,
    ...(Number.isNaN(endedAt) ? {} : { endedAt }),
  });
}

/**
 * What the log has of the run. A run by hand may have shown there what `--env` gave it, and nobody knows any more what
 * that was: nothing of it is told but the end.
 */
function linesOf(run: LeftRun, { is_failed, reason }: ReportedEnd): readonly ActionLine[] {
  const { agent, record } = run;
  const logged = record.origin === "scheduler" ? loggedLines(run) : [];
  if (logged.length > 0 || reason === null) return logged;
  return [{ at: agent.system.clock.now(), level: is_failed ? "ERROR" : "INFO", message: reason }];
}

function loggedLines({ agent, instance, resource: { rid }, record }: LeftRun): readonly ActionLine[] {
  const [source] = logSources(agent, [parseObjectPath(instance.name)]);
  const { files, clock } = agent.system;
  const keeper = new LineKeeper();
  try {
    const part = files.readFrom(source!.file, -LOOKED_AT);
    const text = new TextDecoder().decode(part?.bytes ?? new Uint8Array());
    const zone = zoneOf(clock.timeZone());
    for (const row of parseLog(text, source!, { session: record.session_id, rid })) {
      const at = instantOf(row.at, zone);
      if (at !== undefined && row.level !== "DEBUG") {
        keeper.add({ at, level: row.level, message: row.message });
      }
    }
  } catch {
    // A log that cannot be read tells nothing, and the end is told nevertheless.
  }
  return keeper.lines;
}

/** In milliseconds since the epoch. */
function instantOf(text: string, zone: ReturnType<typeof zoneOf>): number | undefined {
  const match = /^(\S+) ([^,]+),(\d{3})$/.exec(text);
  return match ? parseInstant(`${match[1]}T${match[2]}`, zone).seconds * 1000 + Number(match[3]) : undefined;
}
