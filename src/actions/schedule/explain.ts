import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import { isLastInFuture } from "../../core/schedule/next.ts";
import type { Agent } from "../agent.ts";
import { type Gate, gate } from "./gate.ts";
import type { Instance, Resource } from "../load.ts";
import { nextChange } from "./next_change.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import { nodeEntries } from "../node/entries.ts";
import { describePause, findPause } from "../paused.ts";
import { isProvisioned } from "../status/provisioned.ts";
import { memoryProblem } from "../run/gates/memory.ts";
import { personGates, runGates } from "../run/gates/task_gates.ts";
import type { ScheduledAction, ScheduleEntry } from "./entries.ts";
import { entriesAsked } from "./filter.ts";
import { formatLocal, isDaemonRunning } from "./rows.ts";
import { syncGates } from "../sync/sync_gates.ts";

/** Why something does or does not run by itself: every gate with its value at this instant. */
export interface Explanation {
  /** Null for what the node does. */
  readonly path: string | null;
  /** Null for what the service, or the node, does whatever its resources. */
  readonly rid: string | null;
  /** Whether the scheduler would start it now. */
  readonly is_due: boolean;
  readonly gates: readonly Gate[];
  /** The zone of the schedule. */
  readonly timezone: string;
  /** When the answer may be another one by the time alone, in seconds since the epoch; null when it cannot. */
  readonly changes_at: number | null;
  /** What happens then, or what has to change first. */
  readonly change: string;
  readonly action: ScheduledAction;
}

/**
 * Explains all that `print schedule` lists, and what is disabled, or the tasks and synchronisations that the filters
 * name; throws `NotFoundError` when these name none.
 */
export function explainSchedule(
  agent: Agent,
  instance: Instance,
  filter: ResourceFilterTexts,
): Promise<Explanation[]> {
  return Promise.all(
    entriesAsked(agent, instance, filter).map(async (entry) => {
      const gates = await gatesOf(agent, instance, entry);
      return {
        path: instance.name,
        rid: entry.rid ?? null,
        is_due: gates.every(({ is_open }) => is_open),
        gates,
        timezone: entry.zoneName,
        ...changeOf(agent, entry),
        action: entry.action,
      };
    }),
  );
}

function gatesOf(agent: Agent, instance: Instance, entry: ScheduleEntry): Promise<Gate[]> {
  const resource = instance.resources.find(({ rid }) => rid === entry.rid);
  return resource === undefined
    ? Promise.resolve(ownGates(agent, instance, entry))
    : resourceGates(agent, instance, resource, entry);
}

/** Of what the service does by itself, whatever its resources: neither a freeze nor a missing `state_dir` is in its way. */
function ownGates(agent: Agent, instance: Instance, entry: ScheduleEntry): Gate[] {
  const { reason } = entry;
  const isOther = reason !== undefined && instance.isMember;
  return [
    ...nodeGates(agent, instance),
    ...(isOther ? [gate(entry.action, false, reason)] : []),
    ...scheduleGates(agent, entry),
  ];
}

async function resourceGates(
  agent: Agent,
  instance: Instance,
  resource: Resource,
  entry: ScheduleEntry,
): Promise<Gate[]> {
  const isTask = resource.group === "task";
  return [
    ...nodeGates(agent, instance),
    ...serviceGates(agent, instance),
    gate("disabled", !resource.isDisabled, resource.isDisabled ? "yes" : "no"),
    pauseGate(agent, resource),
    ...(isTask ? personGates(resource) : []),
    ...scheduleGates(agent, entry),
    ...await (isTask ? runGates(agent, instance, resource) : syncGates(agent, instance, resource)),
  ];
}

/** Explains what the node does by itself. */
export function explainNode(agent: Agent): Explanation[] {
  const isRunning = isDaemonRunning(agent);
  return nodeEntries(agent).map((entry) => {
    const { action, isRunnable, reason = "there is something to do", zoneName } = entry;
    const gates = [
      gate("daemon", isRunning, isRunning ? "running" : "not running"),
      gate("purpose", isRunnable, reason),
      ...scheduleGates(agent, entry),
    ];
    const is_due = gates.every(({ is_open }) => is_open);
    return { path: null, rid: null, action, is_due, gates, timezone: zoneName, ...changeOf(agent, entry) };
  });
}

function neverReason({ schedule }: ScheduleEntry): string | undefined {
  if (schedule?.hasReboot) return "it waits for the next boot";
  return schedule?.isNever ? "it has no schedule" : undefined;
}

/** Time alone, or what else has to change before. */
function changeOf(agent: Agent, entry: ScheduleEntry): Pick<Explanation, "changes_at" | "change"> {
  const change = nextChange(entry, Math.floor(agent.system.clock.now() / 1000));
  if (change) return { changes_at: change.at, change: change.text };
  const why = entry.error ?? entry.reason ?? neverReason(entry);
  return { changes_at: null, change: why === undefined ? "not by the time" : `not by the time: ${why}` };
}

/** Who would start it, and whether it is a matter of this node. */
function nodeGates(agent: Agent, { isMember }: Instance): Gate[] {
  const isRunning = isDaemonRunning(agent);
  return [
    gate("daemon", isRunning, isRunning ? "running" : "not running"),
    gate("node", isMember, `${agent.node.name} is ${isMember ? "" : "not "}one of the service's`),
  ];
}

function serviceGates(agent: Agent, instance: Instance): Gate[] {
  const { isDisabled, isFrozen, memoryFolder } = instance;
  const memory = memoryProblem(agent, instance);
  const provisioned = isProvisioned(agent, instance);
  return [
    gate("service disabled", !isDisabled, isDisabled ? "yes" : "no"),
    gate("frozen", !isFrozen, isFrozen ? "yes" : "no"),
    gate("provisioned", provisioned, provisioned ? "yes" : "no"),
    gate("memory", memory === undefined, memory ?? memoryFolder),
  ];
}

function pauseGate(agent: Agent, task: Resource): Gate {
  const pause = findPause(agent, task);
  return gate("paused", pause === undefined, pause === undefined ? "no" : describePause(agent, pause));
}

/** The definition, the last run, and whether the next instant has come. */
function scheduleGates(agent: Agent, entry: ScheduleEntry): Gate[] {
  const { schedule, error, definition, zone, zoneName, last } = entry;
  if (schedule === undefined) return [gate("schedule", false, error ?? "it cannot be read")];
  if (schedule.isNever) return [gate("schedule", schedule.hasReboot, definition || "none is set")];
  const now = Math.floor(agent.system.clock.now() / 1000);
  const next = nextOfEntry(entry, now);
  const isFuture = last !== undefined && isLastInFuture(last, now);
  const lastText = last === undefined ? "never" : formatLocal(last, zone);
  return [
    gate("schedule", true, `${definition.replace(/\s*\n\s*/g, " ")} (${zoneName})`),
    gate("last run", true, isFuture ? `${lastText}, in the future: ignored` : lastText),
    ...catchUpGates(entry, now),
    gate(
      "next run",
      next !== undefined && next <= now,
      next === undefined ? "none within 40 years" : formatLocal(next, zone),
    ),
  ];
}

/** What was missed, of a task that catches up. */
function catchUpGates(entry: ScheduleEntry, now: number): Gate[] {
  if (!entry.isCaughtUp) return [];
  const ordinary = nextOfEntry({ ...entry, missedSince: undefined }, now);
  const isMissed = nextOfEntry(entry, now) === now && ordinary !== now;
  return [gate("catch up", true, isMissed ? "an instant was missed: it runs now" : "nothing was missed")];
}
