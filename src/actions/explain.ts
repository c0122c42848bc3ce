import { isLastInFuture } from "../core/schedule/next.ts";
import { parseResourceFilter, selectResources } from "../core/naming/resource_filter.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";
import { NotFoundError } from "../core/errors.ts";
import { surveySlots } from "../state/slots.ts";
import type { Agent } from "./agent.ts";
import type { Instance, Resource } from "./load.ts";
import { nextChange } from "./next_change.ts";
import { nextOfEntry } from "./next_of_entry.ts";
import { describePause, findPause } from "./paused.ts";
import { isProvisioned } from "./provisioned.ts";
import type { Gate } from "./run/dry_run.ts";
import { groupGates } from "./run/group_gates.ts";
import { memoryProblem } from "./run/memory.ts";
import type { Unmet } from "./run/requirements.ts";
import { findUnmet, readRequirements } from "./run/requirements.ts";
import { startProblem } from "./run/start_problem.ts";
import { isInteractive } from "./run/unattended.ts";
import type { ScheduleEntry } from "./schedule_entries.ts";
import { scheduleEntries } from "./schedule_entries.ts";
import { formatLocal, isDaemonRunning } from "./schedule_rows.ts";

/** Why a task does or does not run by itself: every gate with its value at this instant. */
export interface Explanation {
  readonly path: string;
  readonly rid: string;
  /** Whether the scheduler would start it now. */
  readonly is_due: boolean;
  readonly gates: readonly Gate[];
  /** The zone of the schedule. */
  readonly timezone: string;
  /** When the answer may be another one by the time alone, in seconds since the epoch; null when it cannot. */
  readonly changes_at: number | null;
  /** What happens then, or what has to change first. */
  readonly change: string;
}

/** Explains the tasks of a service, or those that the filters name; throws `NotFoundError` when these name none. */
export function explainSchedule(
  agent: Agent,
  instance: Instance,
  filter: ResourceFilterTexts,
): Promise<Explanation[]> {
  const entries = scheduleEntries(agent, instance).filter(({ action }) => action === "run");
  const tasks = filterTasks(instance, filter);
  return Promise.all(entries.flatMap((entry) => {
    const task = tasks.find(({ rid }) => rid === entry.rid);
    return task ? [explain(agent, instance, task, entry)] : [];
  }));
}

/** The tasks that the filters name, all without one; throws `NotFoundError` when they name none. */
export function filterTasks(instance: Instance, filter: ResourceFilterTexts): readonly Resource[] {
  return filterScheduled(instance, filter, { groups: ["task"], noun: "task" });
}

/** The same, for those driver groups. */
export function filterScheduled(
  { name, resources }: Instance,
  filter: ResourceFilterTexts,
  { groups, noun }: { readonly groups: readonly string[]; readonly noun: string },
): readonly Resource[] {
  const isMeant = ({ group }: Resource) => groups.includes(group);
  const named = resources.map((resource) => ({ ...resource, driver: resource.driverName, resource }));
  const { matched, missing } = selectResources(parseResourceFilter(filter), named);
  const tasks = matched.map(({ resource }) => resource).filter(isMeant);
  if (missing.length === 0 && (tasks.length > 0 || Object.values(filter).every((text) => !text))) {
    return tasks;
  }
  const existing = resources.filter(isMeant).map(({ rid }) => rid).join(", ") ||
    "nothing";
  throw new NotFoundError(
    `Cannot show the schedule of ${name}: ${
      missing.join(", ") || "the filter"
    } names no ${noun}, expected one of ${existing}`,
  );
}

async function explain(
  agent: Agent,
  instance: Instance,
  task: Resource,
  entry: ScheduleEntry,
): Promise<Explanation> {
  const gates = [
    ...serviceGates(agent, instance),
    gate("disabled", !task.isDisabled, task.isDisabled ? "yes" : "no"),
    pauseGate(agent, task),
    confirmationGate(task),
    ...interactiveGates(task),
    ...scheduleGates(agent, entry),
    ...await requiresGates(agent, instance, task),
    startGate(agent, instance, task),
    ...lockGroupGates(agent, task),
    slotGate(agent, task),
  ];
  const is_due = gates.every(({ is_open }) => is_open);
  return {
    path: instance.name,
    rid: task.rid,
    is_due,
    gates,
    timezone: entry.zoneName,
    ...changeOf(agent, entry),
  };
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

function gate(name: string, is_open: boolean, value: string): Gate {
  return { name, is_open, value };
}

function serviceGates(agent: Agent, instance: Instance): Gate[] {
  const { isMember, isDisabled, isFrozen, memoryFolder } = instance;
  const memory = memoryProblem(agent, instance);
  const isRunning = isDaemonRunning(agent);
  const provisioned = isProvisioned(agent, instance);
  return [
    gate("daemon", isRunning, isRunning ? "running" : "not running"),
    gate("node", isMember, `${agent.node.name} is ${isMember ? "" : "not "}one of the service's`),
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

function confirmationGate({ configuration, rid, problem }: Resource): Gate {
  if (problem !== undefined) return gate("configuration", false, problem);
  try {
    const isWanted = configuration.boolean(rid, "confirmation");
    return gate("confirmation", !isWanted, isWanted ? "wanted: never scheduled" : "not wanted");
  } catch (error) {
    return gate("confirmation", false, error instanceof Error ? error.message : String(error));
  }
}

/** Only of a task that is interactive. */
function interactiveGates(task: Resource): Gate[] {
  return isInteractive(task) ? [gate("interactive", false, "yes: never scheduled")] : [];
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

async function requiresGates(agent: Agent, instance: Instance, { rid }: Resource): Promise<Gate[]> {
  try {
    const requirements = readRequirements(instance, rid);
    const unmet = await findUnmet(agent, instance, requirements);
    const of = (option: Unmet["option"]) => unmet?.option === option ? unmet.obstacle : undefined;
    const active = of("run_on");
    const requires = of("run_requires");
    return [
      ...(requirements.isActiveOnly
        ? [gate("run_on", active === undefined, active ?? "the instance is active")]
        : []),
      gate(
        "run_requires",
        requires === undefined,
        requires ?? (active === undefined ? "met" : "not looked at"),
      ),
    ];
  } catch (error) {
    return [gate("run_requires", false, error instanceof Error ? error.message : String(error))];
  }
}

function startGate(agent: Agent, instance: Instance, task: Resource): Gate {
  const problem = startProblem(agent, instance, task);
  return gate("command", problem === undefined, problem ?? "can be started");
}

function lockGroupGates(agent: Agent, { configuration, rid }: Resource): Gate[] {
  try {
    return groupGates(agent, configuration.names(rid, "lock_group"));
  } catch (error) {
    return [gate("lock group", false, error instanceof Error ? error.message : String(error))];
  }
}

function slotGate(agent: Agent, { configuration, rid, ridFolder }: Resource): Gate {
  const taken = surveySlots(agent.system, ridFolder).living.length;
  try {
    const limit = configuration.integer(rid, "max_parallel") ?? 1;
    return gate("slot", taken < limit, `${taken} of ${limit} taken`);
  } catch (error) {
    return gate("slot", false, error instanceof Error ? error.message : String(error));
  }
}
