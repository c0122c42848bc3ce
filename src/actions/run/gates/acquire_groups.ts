import type { TaskSettings } from "../../../drivers/task/settings.ts";
import type { GroupsHeld, GroupsOutcome, HeldGroups } from "../../../state/lock_groups.ts";
import { takeGroups } from "../../../state/lock_groups.ts";
import type { Slot, SlotOutcome } from "../../../state/slots.ts";
import { acquireSlot } from "./acquire_slot.ts";
import type { Prepared } from "../preparation/prepare_task.ts";
import type { TaskRun } from "../task_run.ts";

const RETRY_MS = 100;
/** Long enough for hundreds of starts at once, each of which holds the lock for a millisecond. */
const LOCK_WAIT_MS = 30_000;

/**
 * Takes the lock groups of the task, then one of its slots, waiting for each of them as long as the request allows. The
 * slot gives back both; groups that the scheduler has taken for this run are its own to give back.
 */
export async function acquirePlace(
  run: TaskRun,
  settings: Pick<TaskSettings, "lockGroups" | "maxParallel">,
  prepared: Pick<Prepared, "identity" | "token">,
): Promise<SlotOutcome | GroupsHeld> {
  const given = run.request.groups;
  const groups = given
    ? { kind: "taken", held: given } as const
    : await acquireGroups(run, settings, prepared);
  if (groups === undefined) return await acquireSlot(run, settings, prepared);
  if (groups.kind === "held") return groups;
  const release = given ? () => Promise.resolve() : groups.held.release;
  try {
    const taken = await acquireSlot(run, settings, prepared);
    if (taken.kind === "taken") return { ...taken, slot: withGroups(taken.slot, groups.held, release) };
    await release();
    return taken;
  } catch (error) {
    await release();
    throw error;
  }
}

/** A slot with the groups that go with it: they are noted, left and given back together. */
export function withGroups(slot: Slot, held: HeldGroups, release: () => Promise<void>): Slot {
  return {
    async noteCommand(id, group) {
      await slot.noteCommand(id, group);
      await held.noteCommand(id, group);
    },
    leave() {
      slot.leave();
      held.leave();
    },
    get isLeft() {
      return slot.isLeft;
    },
    async [Symbol.asyncDispose]() {
      await slot[Symbol.asyncDispose]();
      await release();
    },
  };
}

/** Undefined for a task without groups. */
async function acquireGroups(
  run: TaskRun,
  { lockGroups: names }: Pick<TaskSettings, "lockGroups">,
  prepared: Pick<Prepared, "identity" | "token">,
): Promise<GroupsOutcome | undefined> {
  if (names.length === 0) return undefined;
  const { agent: { system, folders }, request: { waitMs, stop } } = run;
  const deadline = system.clock.monotonic() + waitMs;
  for (;;) {
    const record = recordOf(run, prepared);
    const outcome = await takeGroups(system, folders, { names, record, lockWaitMs: LOCK_WAIT_MS });
    if (outcome.kind === "taken" || stop.asked.aborted) return outcome;
    // Tasks of one action that run side by side take their turns: the other one is sure to end.
    const isOwn = outcome.holder?.session_id === run.sessionId;
    if (!isOwn && system.clock.monotonic() >= deadline) return outcome;
    await system.clock.sleep(RETRY_MS, stop.asked);
  }
}

function recordOf(
  { agent, instance, resource, request, sessionId }: TaskRun,
  { identity, token }: Pick<Prepared, "identity" | "token">,
) {
  const { plannedAt, origin } = request;
  return {
    session_id: sessionId,
    path: instance.name,
    rid: resource.rid,
    at: new Date(agent.system.clock.now()).toISOString(),
    planned_at: plannedAt === undefined ? null : new Date(plannedAt * 1000).toISOString(),
    origin,
    user: identity.name,
    mark: token,
  };
}
