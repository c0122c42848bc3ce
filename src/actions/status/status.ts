import { join } from "@std/path";
import type { Status } from "../../core/status.ts";
import { mergeStatuses } from "../../core/status.ts";
import type { StatusMessage } from "../../drivers/driver.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import { parseObject, replaceState } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import { CommandDoubts } from "../command_doubts.ts";
import type {
  InstanceStatus,
  PausedTask,
  ResourceReport,
  RunningRun,
  StatusProblem,
} from "./instance_status.ts";
import { problemsOf } from "./instance_status.ts";
import { factsOf } from "./instance_facts.ts";
import { journalFor } from "../journal_for.ts";
import type { Instance, Resource } from "../load.ts";
import { provisionedOf, provisionedStateOf } from "./provisioned.ts";
import { isOptional } from "../resources/optional.ts";
import { restartsOf } from "../resources/watched.ts";
import { readMonitored } from "../../state/monitored.ts";
import { statusHere } from "../sync/status.ts";
import { memoryProblem } from "../run/gates/memory.ts";
import { scheduleEntries, stampFolderOf } from "../schedule/entries.ts";
import type { Unusable } from "../select.ts";
import type { ScheduleReport, TaskReport } from "./task_report.ts";
import { reportSchedule, reportTask } from "./task_report.ts";

export { isProvisioned } from "./provisioned.ts";

/** Where the last known status of an instance is kept. */
export function statusFile({ stateFolder }: Pick<Instance, "stateFolder">): string {
  return join(stateFolder, "status.json");
}

/**
 * The `status` action: evaluates an instance and keeps the result for others to read.
 *
 * `plannedAt`, in seconds, is given when the scheduler asked: the action is stamped with it. Nothing is written on a
 * node that is not one of the service's.
 */
export async function refreshStatus(
  agent: Agent,
  instance: Instance,
  plannedAt?: number,
): Promise<InstanceStatus> {
  const { system } = agent;
  const warn = (text: string) => journalFor(agent, { path: instance.name }).warning(text);
  if (plannedAt !== undefined && instance.isMember) {
    const folder = stampFolderOf(instance, "status");
    await writeStamp(system, folder, stampName("status"), { seconds: plannedAt, warn });
  }
  const status = await evaluateStatus(agent, instance);
  if (instance.isMember) {
    const options = { parse: parseObject, warn };
    await replaceState(system.files, statusFile(instance), `${JSON.stringify(status)}\n`, options);
  }
  return status;
}

/** Asks every driver, live, and sums up; writes nothing. */
export async function evaluateStatus(agent: Agent, instance: Instance): Promise<InstanceStatus> {
  const errors = scheduleErrors(agent, instance);
  const doubts = new CommandDoubts(agent);
  const looks = await lookAt(agent, instance, errors, doubts);
  const avail = mergeStatuses(statusesOf(looks, false));
  const own = serviceProblems(agent, instance, errors.get(undefined), doubts, PASSIVE.has(avail));
  const optional = mergeStatuses(statusesOf(looks, true));
  const problems = [...own, ...looks.flatMap(({ rid, messages }) => problemsOf(rid, messages))];
  return {
    ...factsOf(agent, instance),
    avail,
    overall: problems.length > 0 ? "warn" : mergeStatuses([avail, optional]),
    optional,
    provisioned: provisionedOf(agent, instance),
    resources: Object.fromEntries(looks.map(({ rid, report }) => [rid, report])),
    status_group: groupsOf(instance, looks),
    running: looks.flatMap(({ running }) => running),
    problems,
    paused: looks.flatMap(({ paused }) => paused ?? []),
  };
}

/** The status of a service whose configuration cannot be used. */
export function unusableStatus(agent: Agent, { kind, path, name, reason }: Unusable): InstanceStatus {
  return {
    path: name,
    node: agent.node.name,
    kind: path.kind,
    updated: agent.system.clock.now() / 1000,
    unusable: kind,
    app: "",
    env: "",
    topology: "",
    priority: 100,
    avail: "undef",
    overall: "warn",
    optional: "n/a",
    frozen: 0,
    disabled: false,
    provisioned: true,
    subsets: {},
    resources: {},
    status_group: {},
    running: [],
    problems: [{ rid: null, level: "error", text: reason }],
    paused: [],
  };
}

/** One resource, looked at. */
interface Look {
  readonly rid: string;
  readonly report: ResourceReport;
  readonly messages: readonly StatusMessage[];
  readonly running: readonly RunningRun[];
  readonly paused: PausedTask | undefined;
}

/** Errors of schedules by rid; undefined stands for the service's own. */
type ScheduleErrors = ReadonlyMap<string | undefined, string | undefined>;

/** Of several actions of the service itself, the first one that cannot be scheduled. */
function scheduleErrors(agent: Agent, instance: Instance): ScheduleErrors {
  const errors = new Map<string | undefined, string | undefined>();
  for (const { rid, error } of scheduleEntries(agent, instance)) errors.set(rid, errors.get(rid) ?? error);
  return errors;
}

async function lookAt(
  agent: Agent,
  instance: Instance,
  errors: ScheduleErrors,
  doubts: CommandDoubts,
): Promise<Look[]> {
  return await Promise.all(instance.resources.map((found) => {
    const resource = instance.isDisabled ? { ...found, isDisabled: true } : found;
    const scheduleError = errors.get(resource.rid);
    const task = resource.group === "task" ? reportTask(agent, instance, resource, scheduleError) : undefined;
    const schedule = resource.group === "sync" ? reportSchedule(agent, resource, scheduleError) : task;
    const isRun = task !== undefined && !resource.isDisabled && resource.problem === undefined;
    const doubted = isRun ? doubts.of(instance.configuration, resource.rid) : [];
    const more: StatusMessage[] = doubted.map(({ text }) => ({ level: "warn", text }));
    return lookAtResource(agent, instance, resource, { task, schedule, more });
  }));
}

/** What there is to say about a resource besides what its driver says. */
interface Notes {
  readonly task: TaskReport | undefined;
  readonly schedule: ScheduleReport | undefined;
  readonly more: readonly StatusMessage[];
}

async function lookAtResource(
  agent: Agent,
  instance: Instance,
  resource: Resource,
  { task, schedule, more }: Notes,
): Promise<Look> {
  const found = await statusHere(agent, instance, resource);
  const messages = uniqueMessages([...found.messages, ...(schedule?.messages ?? []), ...more]);
  const provisioned = provisionedStateOf(agent, resource);
  const report: ResourceReport = {
    status: found.status,
    type: resource.driverName,
    label: labelOf(resource),
    ...(provisioned === undefined ? {} : { provisioned: { state: provisioned } }),
    disable: resource.isDisabled,
    optional: isOptional(resource),
    monitor: resource.isMonitored,
    standby: resource.isStandby,
    restart: restartsLeft(agent, resource),
    tags: [...resource.tags],
    subset: resource.subset,
    log: messages.map(({ level, text }) => `${level}: ${text}`),
    running: task?.running.length ?? 0,
    last_run: task?.lastRun ?? null,
    last_manual_run: task?.lastManualRun ?? null,
  };
  return { rid: resource.rid, report, messages, running: task?.running ?? [], paused: schedule?.paused };
}

/** A resource that is not known to have been up has all its tries. */
function restartsLeft(agent: Agent, resource: Resource): number {
  const most = restartsOf(resource);
  if (most === 0) return 0;
  return Math.max(
    0,
    most - (readMonitored(agent.system, resource.runtimeFolder)[resource.rid]?.restarts ?? 0),
  );
}

/** The same bad value may be met by the driver, by the schedule and by the settings of a task. */
function uniqueMessages(messages: readonly StatusMessage[]): readonly StatusMessage[] {
  return [...new Map(messages.map((message) => [message.text, message])).values()];
}

function labelOf(resource: Resource): string {
  try {
    return resource.driver?.label(resource) ?? resource.driverName;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return resource.driverName;
  }
}

function statusesOf(looks: readonly Look[], isOptional: boolean): Status[] {
  return looks.filter(({ report }) => report.optional === isOptional).map(({ report }) => report.status);
}

function groupsOf({ resources }: Instance, looks: readonly Look[]): Record<string, Status> {
  const groups = new Map<string, Status[]>();
  for (const [i, { group }] of resources.entries()) {
    const statuses = groups.get(group) ?? [];
    statuses.push(looks[i]!.report.status);
    groups.set(group, statuses);
  }
  return Object.fromEntries([...groups].map(([group, statuses]) => [group, mergeStatuses(statuses)]));
}

/** Where the service is not up, its storage is elsewhere, and so is what is on it. */
const PASSIVE: ReadonlySet<Status> = new Set<Status>(["down", "stdby down", "stdby up"]);

/** What concerns the service as a whole. */
function serviceProblems(
  agent: Agent,
  instance: Instance,
  scheduleError: string | undefined,
  doubts: CommandDoubts,
  isPassive: boolean,
): StatusProblem[] {
  const problems: StatusProblem[] = [];
  if (!instance.isMember) {
    const text = `this node, ${agent.node.name}, is in neither nodes nor drpnodes: nothing of it runs here`;
    problems.push({ rid: null, level: "warn", text });
  }
  const memory = isPassive && instance.isMember ? undefined : memoryProblem(agent, instance);
  if (memory !== undefined) problems.push({ rid: null, level: "warn", text: memory });
  if (scheduleError !== undefined) problems.push({ rid: null, level: "error", text: scheduleError });
  for (const { text } of doubts.of(instance.configuration, "DEFAULT")) {
    problems.push({ rid: null, level: "warn", text });
  }
  return problems;
}
