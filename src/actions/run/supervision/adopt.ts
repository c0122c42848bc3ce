import { DEFAULT_RETCODES } from "../../../core/retcodes.ts";
import { Mask } from "../../../core/secrets/mask.ts";
import type { RunResult } from "../../../core/run/result.ts";
import { verdictOf } from "../../../core/run/verdict.ts";
import { NO_HOOKS } from "../../../drivers/task/hooks.ts";
import { DEFAULT_OUTPUT_MAX, readTask } from "../../../drivers/task/settings.ts";
import type { TaskSettings } from "../../../drivers/task/settings.ts";
import { logPath } from "../../../state/folders.ts";
import type { RunRecord } from "../../../state/last_run.ts";
import { readLastRun } from "../../../state/last_run.ts";
import { readRunHeader } from "../../../state/run_folder.ts";
import type { ClaimedRun } from "../../../state/slots.ts";
import { reportLeft, reportRecorded } from "../../action_log/report_left.ts";
import { RunHooks } from "../../hooks/run_hooks.ts";
import { journalFor } from "../../journal_for.ts";
import { prepareSecretly } from "../../secrets/prepare_secretly.ts";
import { endSnooze } from "../../snooze/snooze.ts";
import { discardSecretFiles } from "../../secrets/secret_files.ts";
import { settleContainer } from "../preparation/around_container.ts";
import type { Attempt } from "./attempt.ts";
import { conclude } from "../conclude.ts";
import { forgetKiller } from "./killed.ts";
import { resume } from "./supervise.ts";
import type { Following, SupervisedOutcome } from "./supervise.ts";
import type { TaskRun } from "../task_run.ts";

/** Who takes a run over; `request` says how this agent is stopped, and left. */
export type Adopter = Pick<TaskRun, "agent" | "instance" | "resource"> & {
  readonly request: Pick<TaskRun["request"], "stop" | "leaving">;
};

/** Puts a run on record that ended while no agent was there. */
export async function reapRun(adopter: Adopter, claimed: ClaimedRun): Promise<void> {
  await adoptRun({ ...adopter, request: { stop: adopter.request.stop } }, claimed);
}

/**
 * Follows a run that lost its agent from where that one was, and concludes it: the rest of its output into the log, its
 * end on record, and what follows an end, as the configuration now says. Resolves when it is over, or left again; to
 * nothing when there was nothing to conclude.
 */
export async function adoptRun(adopter: Adopter, claimed: ClaimedRun): Promise<readonly RunResult[]> {
  const { files } = adopter.agent.system;
  const { folder, slot } = claimed;
  const run = taskRunOf(adopter, claimed);
  await using _slot = slot;
  const owner = { sessionId: run.sessionId, path: run.instance.name, rid: run.resource.rid };
  const discard = () => {
    discardSecretFiles(run.agent, owner);
    files.remove(folder);
    forgetKiller(run);
    endSnooze({ ...run, note: { rid: run.resource.rid, session_id: run.sessionId } });
  };
  const left = { ...run, record: claimed.record };
  const recorded = recordOf(run);
  if (recorded) {
    // Whether the collector was told is not known: twice is better than never.
    await reportRecorded(left, recorded);
    discard();
    return [];
  }
  const adopted = await attemptOf(run, claimed);
  run.journal.info(tellAdoption(claimed), run.resource.rid);
  const result = await followOn(adopted, folder);
  if (result === "left") {
    slot.leave();
    return [];
  }
  await reportLeft(left, result);
  discard();
  return [result];
}

/** A run as its new agent knows it. */
interface Adopted {
  readonly attempt: Attempt;
  readonly execution: Following;
  readonly attempts: number;
}

/** Follows the command to its end, and concludes the run; what failed is not repeated. */
async function followOn(
  { attempt, execution, attempts }: Adopted,
  folder: string,
): Promise<RunResult | "left"> {
  const { run, settings } = attempt;
  const { agent: { system }, journal, instance, resource: { rid }, sessionId, request: { leaving } } = run;
  const hooks = new RunHooks(attempt, execution.token);
  hooks.takeOver(attempts);
  const following = { ...execution, onLine: (line: string) => hooks.addLine(line) };
  const names = { path: instance.name, rid, session_id: sessionId };
  const logFile = logPath(run.agent.folders, instance.path);
  const outcome: SupervisedOutcome = await hooks.whileRunning(() =>
    resume(system, journal, following, { folder, names, logFile, leaving })
  );
  if (outcome === "left") return outcome;
  await settleContainer(run, settings, outcome);
  const masked = { ...outcome, reason: outcome.reason === null ? null : journal.mask.apply(outcome.reason) };
  const { isFailed, reason } = verdictOf(settings.retcodes, masked);
  if (isFailed) hooks.end({ is_failed: true, code: outcome.code, reason });
  return hooks.end(await conclude(attempt, masked, attempts));
}

function tellAdoption({ record, isGoingOn }: ClaimedRun): string {
  const who = `the run of ${record.at} lost its agent ${record.pid}`;
  return isGoingOn ? `${who}: follows it on` : `${who} and has ended: it goes on record`;
}

/** That agent was ended between the record and its last step. */
function recordOf({ agent, resource, sessionId }: TaskRun): Partial<RunRecord> | undefined {
  const last = readLastRun(agent.system.files, resource.memoryFolder);
  return last?.session_id === sessionId && last.ended_at !== null ? last : undefined;
}

/** The run as the agent that started it saw it. */
function taskRunOf({ agent, instance, resource, request }: Adopter, { record }: ClaimedRun): TaskRun {
  const isScheduled = record.planned_at !== null;
  return {
    agent,
    instance,
    resource,
    request: {
      filter: { rid: resource.rid },
      origin: record.origin,
      isScheduled,
      ...(record.planned_at === null ? {} : { plannedAt: Date.parse(record.planned_at) / 1000 }),
      isConfirmed: true,
      isForced: false,
      waitMs: 0,
      extraArgs: [],
      environment: {},
      isParallel: false,
      questionsOn: "stderr",
      ...request,
    },
    journal: journalFor(agent, { path: instance.name, sessionId: record.session_id, isScheduled }).masking(
      new Mask(),
    ),
    sessionId: record.session_id,
    passesInput: false,
  };
}

/** What the header of the run says counts; what follows the end is taken from the configuration, where it can be read. */
async function attemptOf(run: TaskRun, { record, folder }: ClaimedRun): Promise<Adopted> {
  const settings = readSettings(run);
  const prepared = settings && await prepareSecretly(run, settings, run.journal.mask);
  const usable = prepared && !("refusal" in prepared) ? prepared : undefined;
  const header = readRunHeader(run.agent.system.files, folder);
  const attempt: Attempt = {
    run,
    settings: settings ??
      UNREADABLE,
    prepared: usable,
    userName: record.user,
    startedAt: Date.parse(record.at),
  };
  const execution: Following = {
    rid: run.resource.rid,
    isLogged: header?.is_logged ?? true,
    outputMax: header?.output_max ?? settings?.outputMax ?? DEFAULT_OUTPUT_MAX,
    timeout: header?.timeout ?? undefined,
    killGrace: header?.kill_grace ?? 10,
    token: header?.token ?? `OPENSVC_SESSION_ID=${run.sessionId}`,
    killerArgv: usable?.killerArgv,
    stop: run.request.stop,
  };
  return { attempt, execution, attempts: header?.attempt ?? 1 };
}

/** What is known of a task whose section cannot be read any more. */
const UNREADABLE: Attempt["settings"] = {
  retcodes: DEFAULT_RETCODES,
  onError: undefined,
  triggers: {
    pre_run: undefined,
    blocking_pre_run: undefined,
    post_run: undefined,
    blocking_post_run: undefined,
  },
  timeout: undefined,
  hooks: NO_HOOKS,
  container: undefined,
  maxParallel: 1,
  isLogged: true,
  outputMax: DEFAULT_OUTPUT_MAX,
};

function readSettings({ instance, resource }: TaskRun): TaskSettings | undefined {
  try {
    return readTask(instance.configuration, resource.rid);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
