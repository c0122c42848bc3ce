/**
 * What the scheduler may start for a service: the one list that the daemon follows and `print schedule` shows.
 *
 * @module
 */
import { stableDraw } from "../../core/schedule/draw.ts";
import type { Schedule } from "../../core/schedule/model.ts";
import { isLastInFuture } from "../../core/schedule/next.ts";
import { parseSchedule } from "../../core/schedule/parse.ts";
import { hasPlanned } from "../../core/schedule/planned.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import { readHistory } from "../../state/last_run.ts";
import type { Pause } from "../../state/pauses.ts";
import { stampName, StampReader } from "../../state/stamps.ts";
import type { Agent } from "../agent.ts";
import { missedSince } from "./catch_up.ts";
import type { Instance, Resource } from "../load.ts";
import type { OwnAction, OwnRow } from "./own_rows.ts";
import { OWN_ROWS, strangerReason } from "./own_rows.ts";
import { describePause, findPause } from "../paused.ts";
import { isProvisioned } from "../status/provisioned.ts";
import { memoryProblem } from "../run/gates/memory.ts";
import { needOfPerson } from "../run/gates/unattended.ts";

export type { OwnAction } from "./own_rows.ts";

/** What the node does by itself. */
export type NodeAction = "push_asset" | "compliance_auto";

/** What the scheduler may start: the service's own actions, and those of single resources. */
export type ScheduledAction = OwnAction | NodeAction | "sync_all" | "run";

/** One line of a service's schedule. */
export interface ScheduleEntry {
  readonly path: string;
  readonly action: ScheduledAction;
  /** Undefined for what concerns the whole service. */
  readonly rid: string | undefined;
  /** Such as `task#0.schedule`. */
  readonly configParameter: string;
  /** The text of the value, empty when there is none. */
  readonly definition: string;
  /** Absent when `error` says why. */
  readonly schedule: Schedule | undefined;
  /** Why the schedule, or its zone, cannot be used. */
  readonly error: string | undefined;
  readonly zone: Zone;
  readonly zoneName: string;
  /** The stamp of the last scheduled attempt, in seconds since the epoch. */
  readonly last: number | undefined;
  /** What is wrong with the stamp. */
  readonly stampProblem: string | undefined;
  /** Whether the scheduler may start it as things are. */
  readonly isRunnable: boolean;
  /** Why it is not runnable. */
  readonly reason: string | undefined;
  /** The first second at which it may run again, of a task that is paused; undefined for all others. */
  readonly pausedUntil: number | undefined;
  /** The schedule and its zone: with other ones it is another entry. */
  readonly fingerprint: string;
  /** Whether its planned instants are made up for when they were missed (`catch_up = once`). */
  readonly isCaughtUp: boolean;
  /** The planned instants after this one were missed, in seconds; undefined when there is nothing to catch up. */
  readonly missedSince: number | undefined;
  /** Planned instants of runs that lie in the future because the clock went back; empty nearly always. */
  readonly ahead: readonly number[];
  /** The place of a `~` instant in its window; absent where `node.conf` wants a fresh one each time. */
  readonly draw: ((occurrence: string) => number) | undefined;
}

/** The actions of single resources, by driver group. */
const RESOURCE_ACTIONS = { sync: "sync_all", task: "run" } as const;

/** Whether an action is one of the service's own, or of the node, and not one of a resource. */
export function isOwnAction(action: ScheduledAction): action is OwnAction | NodeAction {
  return action !== "run" && action !== "sync_all";
}

/** Where the stamp of an action is: that of a resource follows the memory of the service, the others are about this node. */
export function stampFolderOf(instance: Instance, action: ScheduledAction): string {
  return isOwnAction(action) ? instance.stateFolder : instance.memoryFolder;
}

/** What is known of the instance besides itself. */
export interface EntryOptions {
  /** Whether it was loaded just now, so that a state folder that was not there then is not looked for again. */
  readonly isFresh?: boolean;
  /** Whether disabled synchronisations are listed too, for those who ask why they do not run. */
  readonly hasDisabled?: boolean;
}

/**
 * Lists the entries of a service: its own actions with its synchronisations among them, then its tasks, in natural order,
 * unscheduled ones included; of the disabled ones only tasks.
 */
export function scheduleEntries(
  agent: Agent,
  instance: Instance,
  { isFresh = false, hasDisabled = false }: EntryOptions = {},
): readonly ScheduleEntry[] {
  const { system } = agent;
  const hasState = !isFresh || instance.hadState;
  const own = new StampReader(
    hasState ? system : { ...NO_FILES, clock: system.clock },
    instance.stateFolder,
  );
  const memory = instance.memoryFolder === instance.stateFolder
    ? own
    : new StampReader(system, instance.memoryFolder);
  const gate = serviceGate(agent, instance);
  const ownEntries = (isBelow: boolean) =>
    OWN_ROWS.filter(({ isBelowSync = false, isListed }) => isBelowSync === isBelow && isListed(instance))
      .map((row) => ownEntry(agent, instance, row, own));
  const resourceEntries = (group: "sync" | "task") =>
    instance.resources.filter((resource) => isScheduled(resource, group, hasDisabled)).map((resource) =>
      resourceEntry(agent, instance, resource, {
        action: RESOURCE_ACTIONS[group],
        stamps: memory,
        gate,
        pause: hasState ? findPause(agent, resource) : undefined,
      })
    );
  return [
    ...ownEntries(false),
    ...resourceEntries("sync"),
    ...ownEntries(true),
    ...resourceEntries("task"),
  ];
}

/** A synchronisation that this version cannot do has no schedule that could be read. */
function isScheduled(resource: Resource, group: "sync" | "task", hasDisabled: boolean): boolean {
  if (resource.group !== group) return false;
  return group === "task" || (resource.driver !== undefined && (hasDisabled || !resource.isDisabled));
}

const NO_FILES = {
  files: { list: () => [], readUnlinked: () => undefined, facts: () => undefined },
};

/** An action of the service itself. */
function ownEntry(
  agent: Agent,
  instance: Instance,
  { action, option, gate }: OwnRow,
  stamps: StampReader,
): ScheduleEntry {
  return {
    ...readEntry(agent, instance, { action, section: "DEFAULT", option }, stamps),
    ...gateOf(gate(agent, instance)),
    pausedUntil: undefined,
  };
}

/** What is known of a resource besides its section. */
interface ResourceFacts {
  readonly action: "run" | "sync_all";
  readonly stamps: StampReader;
  /** Why the scheduler runs nothing of the service. */
  readonly gate: string | undefined;
  readonly pause: Pause | undefined;
}

function resourceEntry(
  agent: Agent,
  instance: Instance,
  resource: Resource,
  { action, stamps, gate, pause }: ResourceFacts,
): ScheduleEntry {
  const place = { action, section: resource.rid, option: "schedule" } as const;
  const endless = pause && pause.until === undefined ? `it is ${describePause(agent, pause)}` : undefined;
  return {
    ...readEntry(agent, instance, place, stamps),
    ...gateOf(gate ?? resourceGate(resource) ?? endless),
    pausedUntil: pause?.until,
  };
}

/** Why the scheduler runs nothing of the resources of the service. */
function serviceGate(agent: Agent, instance: Instance): string | undefined {
  const stranger = strangerReason(agent, instance);
  if (stranger !== undefined) return stranger;
  if (instance.isDisabled) return "the service is disabled";
  if (instance.isFrozen) return "the service is frozen";
  const memory = memoryProblem(agent, instance);
  if (memory !== undefined) return memory;
  return isProvisioned(agent, instance) ? undefined : "the service is not provisioned";
}

function resourceGate(resource: Resource): string | undefined {
  if (resource.problem !== undefined) return resource.problem;
  if (resource.isDisabled) return "it is disabled";
  if (resource.group !== "task") return undefined;
  try {
    return needOfPerson(resource);
  } catch (error) {
    return reasonOf(error);
  }
}

function gateOf(reason: string | undefined): Pick<ScheduleEntry, "isRunnable" | "reason"> {
  return { isRunnable: reason === undefined, reason };
}

interface Place {
  readonly action: ScheduleEntry["action"];
  readonly section: string;
  readonly option: string;
}

function readEntry(
  agent: Agent,
  instance: Instance,
  { action, section, option }: Place,
  stamps: StampReader,
): Omit<ScheduleEntry, "isRunnable" | "reason" | "pausedUntil"> {
  const rid = section === "DEFAULT" ? undefined : section;
  const { name, configuration } = instance;
  const find = (key: string) => configuration.find(section, key)?.text;
  const definition = attempt(() => find(option) ?? "");
  const schedule = definition.value === undefined ? definition : parseCached(definition.value);
  const zone = attempt(() => zoneOf(find("timezone") || agent.node.timeZone));
  const catchUp = attempt(() => action === "run" && configuration.string(section, "catch_up") === "once");
  const error = schedule.error ?? zone.error ?? catchUp.error;
  const zoneName = zone.value?.name ?? "UTC";
  const fingerprint = `${zoneName} ${schedule.value?.text}`;
  let stampProblem: string | undefined;
  const last = stamps.read(stampName(action, rid), (text) => stampProblem = text);
  const isCaughtUp = Boolean(catchUp.value && schedule.value && hasPlanned(schedule.value));
  const now = Math.floor(agent.system.clock.now() / 1000);
  return {
    path: name,
    action,
    rid,
    configParameter: `${section}.${option}`,
    definition: definition.value ?? configuration.raw(section, option) ?? "",
    schedule: error === undefined ? schedule.value : undefined,
    error,
    zone: zone.value ?? zoneOf("UTC"),
    zoneName,
    last,
    stampProblem,
    fingerprint,
    isCaughtUp,
    missedSince: isCaughtUp ? missedSince(agent, instance, { rid: rid!, fingerprint, last, now }) : undefined,
    ahead: last !== undefined && isLastInFuture(last, now)
      ? runsAhead(agent, instance, { rid, last, now })
      : NO_RUNS,
    draw: agent.node.jitter === "random" ? undefined : drawFor(agent.node.name, name, rid ?? action),
  };
}

const NO_RUNS: readonly number[] = [];

/** The stamp and those runs on record that were planned for what is the future now. */
function runsAhead(
  { system: { files } }: Agent,
  { memoryFolder }: Instance,
  { rid, last, now }: { readonly rid: string | undefined; readonly last: number; readonly now: number },
): number[] {
  const history = rid === undefined ? [] : readHistory(files, `${memoryFolder}/${rid}`);
  const planned = history.map(({ planned_at }) => Date.parse(planned_at ?? "") / 1000);
  return [Math.floor(last), ...planned.filter((at) => at > now)];
}

/** On its own, so that what the daemon keeps of an entry does not hold on to the configuration that it came from. */
export function drawFor(node: string, path: string, rid: string): (occurrence: string) => number {
  return (occurrence) => stableDraw({ node, path, rid, occurrence });
}

type Attempt<Value> =
  | { readonly value: Value; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: string };

/** A value, or why its text cannot be read. */
export function attempt<Value>(work: () => Value): Attempt<Value> {
  try {
    return { value: work() };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

/** What text cannot be read for; anything else is nobody's expected problem. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError || error instanceof RangeError) return error.message;
  throw error;
}

const MAX_CACHED = 10_000;
const parsed = new Map<string, Attempt<Schedule>>();

/** Most services of a host share a few schedules. */
export function parseCached(text: string): Attempt<Schedule> {
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size >= MAX_CACHED) parsed.clear();
  const result = attempt(() => parseSchedule(text));
  parsed.set(text, result);
  return result;
}
