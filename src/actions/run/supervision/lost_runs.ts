import { join } from "@std/path";
import { removeDrafts } from "../../../state/drafts.ts";
import type { RunRecord } from "../../../state/last_run.ts";
import { writeLostRun } from "../../../state/last_run.ts";
import { readKillNote, removeKillNote } from "../../../state/kill_notes.ts";
import { killReason } from "./killed.ts";
import type { StaleSlot } from "../../../state/slots.ts";
import type { ClaimedRun } from "../../../state/slots.ts";
import { asideRun, claimLeftRuns, removeStale, surveySlots } from "../../../state/slots.ts";
import type { Agent } from "../../agent.ts";
import type { Journal } from "../../journal.ts";
import type { Instance, Resource } from "../../load.ts";
import { reportLeft } from "../../action_log/report_left.ts";
import { endSnooze } from "../../snooze/snooze.ts";
import { discardSecretFiles } from "../../secrets/secret_files.ts";

/** Who settles, and for which task. */
export interface Settling {
  readonly agent: Agent;
  readonly instance: Pick<Instance, "name" | "memoryFolder" | "stateFolder">;
  readonly resource: Pick<Resource, "rid" | "ridFolder" | "memoryFolder">;
  readonly journal: Pick<Journal, "debug" | "info" | "warning">;
}

/** The agent of that run was killed: what is known goes on record, and its drafts of files go. */
export async function settleLost(settling: Settling, { record, pid, corrupt }: StaleSlot): Promise<void> {
  const { agent: { system }, instance, resource, journal } = settling;
  const warn = (text: string) => journal.warning(text, resource.rid);
  if (corrupt === undefined) {
    journal.info(`clean up stale run file (process ${pid} does not run)`, resource.rid);
  } else warn(`${corrupt}; it is set aside as ${asideRun(resource.ridFolder)}`);
  for (const folder of [resource.memoryFolder, join(instance.memoryFolder, "scheduler")]) {
    removeDrafts(system, folder);
  }
  if (record === undefined) return;
  const { files } = system;
  if (record.folder !== undefined) files.remove(record.folder);
  const { rid } = resource;
  discardSecretFiles(settling.agent, { sessionId: record.session_id, path: instance.name, rid });
  const noted = { ridFolder: resource.ridFolder, sessionId: record.session_id };
  const note = readKillNote(files, noted);
  const lost: RunRecord = {
    at: record.at,
    planned_at: record.planned_at,
    ended_at: null,
    exitcode: null,
    signal: null,
    reason: note?.is_end ? killReason(note) : "the agent was ended before the command",
    status: "undef",
    origin: record.origin,
    session_id: record.session_id,
    user: record.user,
    pid: record.command_pid ?? null,
  };
  try {
    await writeLostRun(files, resource.memoryFolder, lost, warn);
  } finally {
    endSnooze({ ...settling, note: { rid, session_id: record.session_id } });
    await reportLeft({ ...settling, record }, { is_failed: true, reason: lost.reason, status: null });
  }
  removeKillNote(files, noted);
}

/** What a look at the runs of a task found that lost their agent. */
export interface Reconciled {
  /** Whether the command of a run without a supervisor still goes on. */
  readonly hasOrphans: boolean;
  /** Supervised runs, which are this agent's now. */
  readonly claimed: readonly ClaimedRun[];
}

/** Puts the runs of a task that lost their agent on record, and takes over those that can be followed. */
export async function reconcileRuns(settling: Settling): Promise<Reconciled> {
  const { agent: { system }, resource: { ridFolder } } = settling;
  const { stale, orphans, left } = surveySlots(system, ridFolder);
  if (stale.length > 0) {
    for (const lost of await removeStale(system, ridFolder)) await settleLost(settling, lost);
  }
  const claimed = left.length > 0 ? await claimLeftRuns(system, ridFolder) : [];
  // One that could not be claimed is tried again.
  return { hasOrphans: orphans.length > 0 || claimed.length < left.length, claimed };
}
