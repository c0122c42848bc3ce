import { decideConfirmation } from "../../../core/run/confirmation.ts";
import type { TaskSettings } from "../../../drivers/task/settings.ts";
import { readTask } from "../../../drivers/task/settings.ts";
import { surveySlots } from "../../../state/slots.ts";
import type { Agent } from "../../agent.ts";
import { CommandDoubts } from "../../command_doubts.ts";
import type { Gate } from "../../schedule/gate.ts";
import type { Instance, Resource } from "../../load.ts";
import { memoryProblem } from "../gates/memory.ts";
import { terminalObstacle } from "../on_terminal.ts";
import { Mask, MASKED } from "../../../core/secrets/mask.ts";
import type { PreparedSecretly } from "../../secrets/prepare_secretly.ts";
import { prepareSecretly } from "../../secrets/prepare_secretly.ts";
import { groupGates } from "../gates/group_gates.ts";
import type { RunRequest } from "../request.ts";
import { isTask, refuseStranger } from "../run.ts";
import { checkRequires } from "../run_task.ts";
import { orderOf } from "../run_service.ts";
import { chooseResources, whereNamed } from "../gates/choose.ts";
import type { TaskRun } from "../task_run.ts";
import { Journal } from "../../journal.ts";
import { describePause, findPause } from "../../paused.ts";

/** What a run of one task would do. */
export interface DryRun {
  readonly path: string;
  readonly rid: string;
  readonly would_run: boolean;
  readonly gates: readonly Gate[];
  readonly argv: readonly string[] | null;
  /** The whole command line, wrapper included. */
  readonly launch: readonly string[] | null;
  readonly user: string | null;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly groups: readonly number[] | null;
  readonly wrapper: string | null;
  /** Who holds the pseudo-terminal of an interactive task: `script`, the wrapper, or `none` (the operator's is used). */
  readonly pty: string | null;
  readonly cwd: string | null;
  /** Octal, such as `022`. */
  readonly umask: string | null;
  readonly limits: Readonly<Record<string, number>> | null;
  /** In seconds. */
  readonly timeout: number | null;
  readonly environment: Readonly<Record<string, string>> | null;
  /** What is no obstacle, and should be known: commands that somebody else could replace. */
  readonly warnings: readonly string[];
}

/** Says what `run` would do, task by task in run order, without asking, taking or writing anything. */
export async function dryRun(
  agent: Agent,
  instances: readonly Instance[],
  request: RunRequest,
): Promise<DryRun[]> {
  const runs = whereNamed(instances, (instance) => {
    refuseStranger(agent, instance);
    const { chosen } = chooseResources(instance, { filter: request.filter, action: "run", can: isTask });
    return orderOf({ instance, tasks: chosen }).flatMap(({ tasks }) =>
      tasks.map((resource) => () => dryRunTask(agent, instance, resource, request))
    );
  }).flat();
  const told: DryRun[] = [];
  for (const run of runs) told.push(await run());
  return told;
}

async function dryRunTask(
  agent: Agent,
  instance: Instance,
  resource: Resource,
  request: RunRequest,
): Promise<DryRun> {
  const run: TaskRun = {
    agent,
    instance,
    resource,
    request,
    journal: new Journal(agent.system.clock, {}, []),
    sessionId: "-",
    passesInput: false,
  };
  let settings: TaskSettings;
  try {
    settings = readTask(instance.configuration, resource.rid);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return report(
      run,
      [{ name: "configuration", is_open: false, value: error.message }],
      undefined,
      undefined,
    );
  }
  const mask = new Mask();
  const prepared = await prepareSecretly(run, settings, mask);
  const command: Gate = "refusal" in prepared
    ? { name: "command", is_open: false, value: prepared.refusal }
    : { name: "command", is_open: true, value: "can be started" };
  const own = await gatesOf(run, settings);
  if ("refusal" in prepared) return report(run, [...own, command], settings, undefined);
  const gates = [...own, ...secretsGate(prepared), command];
  return masked(report(run, gates, settings, prepared), mask, prepared.secrets.secretNames);
}

/** That a secret is missing is told by the command's own gate. */
function secretsGate({ secrets: { count } }: PreparedSecretly): Gate[] {
  if (count === 0) return [];
  return [{ name: "secrets", is_open: true, value: `${count} ${count === 1 ? "value" : "values"} read` }];
}

/** Of a variable that is a secret nothing is shown, however short it is. */
function masked(run: DryRun, mask: Mask, names: ReadonlySet<string>): DryRun {
  const all = (texts: readonly string[] | null) => texts?.map((text) => mask.apply(text)) ?? null;
  const environment = Object.entries(run.environment ?? {}).map(([name, value]) => [
    name,
    names.has(name) ? MASKED : mask.apply(value),
  ]);
  return {
    ...run,
    argv: all(run.argv),
    launch: all(run.launch),
    environment: Object.fromEntries(environment),
  };
}

async function gatesOf(run: TaskRun, settings: TaskSettings): Promise<Gate[]> {
  const { agent, instance, resource, request } = run;
  const unmet = await checkRequires(run, settings);
  const memory = resource.problem ?? memoryProblem(agent, instance);
  const { living, orphans } = surveySlots(agent.system, resource.ridFolder);
  const taken = living.length - (request.isScheduled ? 0 : orphans.length);
  const confirmation = decideConfirmation(settings.isConfirmationWanted, request);
  const pause = findPause(agent, resource);
  return [
    { name: "disabled", is_open: true, value: "no" },
    {
      name: "paused",
      is_open: pause === undefined,
      value: pause === undefined ? "no" : describePause(agent, pause),
    },
    { name: "memory", is_open: memory === undefined, value: memory ?? instance.memoryFolder },
    { name: "run_requires", is_open: unmet === undefined, value: unmet?.reason ?? "met" },
    { name: "confirmation", is_open: confirmation !== "leave out", value: confirmation },
    ...terminalGates(run, settings),
    ...groupGates(agent, settings.lockGroups),
    {
      name: "slot",
      is_open: taken < settings.maxParallel,
      value: `${taken} of ${settings.maxParallel} taken`,
    },
  ];
}

/** Only of a task that is interactive. */
function terminalGates({ agent, request }: TaskRun, { isInteractive }: TaskSettings): Gate[] {
  if (!isInteractive) return [];
  const obstacle = terminalObstacle(agent.system.terminal, request);
  return [{ name: "terminal", is_open: obstacle === undefined, value: obstacle ?? "there is one" }];
}

function report(
  { agent, instance, resource }: TaskRun,
  gates: readonly Gate[],
  settings: TaskSettings | undefined,
  prepared: PreparedSecretly | undefined,
): DryRun {
  return {
    path: instance.name,
    rid: resource.rid,
    would_run: gates.every(({ is_open }) => is_open),
    gates,
    argv: prepared?.command ?? null,
    launch: prepared?.spec.argv ?? null,
    user: prepared?.identity.name ?? null,
    uid: prepared?.identity.uid ?? null,
    gid: prepared?.identity.gid ?? null,
    groups: prepared?.identity.groups ?? null,
    wrapper: prepared?.wrapper.kind ?? null,
    pty: prepared?.pty?.kind ?? null,
    cwd: prepared?.cwd ?? null,
    umask: prepared === undefined ? null : prepared.umask.toString(8).padStart(3, "0"),
    limits: prepared?.limits as Record<string, number> | undefined ?? null,
    timeout: settings?.timeout ?? null,
    environment: prepared?.env ?? null,
    warnings: new CommandDoubts(agent).of(instance.configuration, resource.rid).map(({ text }) => text),
  };
}
