/**
 * Command lines for the program of an engine.
 *
 * @module
 */
import type { Engine } from "./engine.ts";

/** A container, as its section describes it. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  /** The program that the image would start, and words before the command; empty for the image's own. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Words for the engine's `run`, as they are, after all the others. */
  readonly runArgs: readonly string[];
  readonly isRemoved: boolean;
  /** `name:path[:options]` words. */
  readonly volumes: readonly string[];
  readonly devices: readonly string[];
  readonly user: string | undefined;
  /** The folder in the container that its command starts in. */
  readonly cwd: string | undefined;
  readonly hostname: string | undefined;
  readonly dnsSearch: readonly string[];
  readonly netns: string | undefined;
  readonly pidns: string | undefined;
  readonly ipcns: string | undefined;
  readonly utsns: string | undefined;
  readonly userns: string | undefined;
  readonly isPrivileged: boolean;
  /** Whether a small first process in the container passes signals on and reaps; undefined leaves it to the engine. */
  readonly hasInit: boolean | undefined;
}

/** How a container is run this time. */
export interface ContainerRun {
  /** Whether the engine's program returns as soon as the container runs. */
  readonly isDetached: boolean;
  /** Whether standard input goes into the container. */
  readonly isInteractive: boolean;
  readonly hasTerminal: boolean;
  /** Names of variables that the container gets from the environment of the engine's program: no value is in argv. */
  readonly variables: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Words after the command. */
  readonly extraArgs: readonly string[];
}

type Argv = [string, ...string[]];

/** The command line that makes and starts a container. */
export function runArgv(engine: Engine, container: ContainerSpec, run: ContainerRun): Argv {
  const { name, image, command, entrypoint, isRemoved, isPrivileged, hasInit } = container;
  const [program, ...words] = entrypoint;
  const labels = Object.entries(run.labels).map(([key, value]) => `${key}=${value}`);
  return [
    engine,
    "run",
    ...option("--name", name),
    ...flag("--rm", isRemoved),
    ...flag("--detach", run.isDetached),
    ...flag("--interactive", run.isInteractive),
    ...flag("--tty", run.hasTerminal),
    ...flag("--privileged", isPrivileged),
    ...flag("--init", hasInit ?? false),
    ...each("--label", labels),
    ...each("--env", run.variables),
    ...optionsOf(container),
    ...option("--entrypoint", program),
    ...container.runArgs,
    image,
    ...words,
    ...command,
    ...run.extraArgs,
  ];
}

function optionsOf(container: ContainerSpec): string[] {
  return [
    ...option("--user", container.user),
    ...option("--workdir", container.cwd),
    ...option("--hostname", container.hostname),
    ...each("--dns-search", container.dnsSearch),
    ...option("--network", container.netns),
    ...option("--pid", container.pidns),
    ...option("--ipc", container.ipcns),
    ...option("--uts", container.utsns),
    ...option("--userns", container.userns),
    ...each("--volume", container.volumes),
    ...each("--device", container.devices),
  ];
}

/** Starts a container that is there and does not run. */
export function startArgv(engine: Engine, name: string): Argv {
  return [engine, "start", name];
}

/** Ends a container politely, and by force after so many seconds. */
export function stopArgv(engine: Engine, name: string, seconds: number): Argv {
  return [engine, "stop", "-t", String(Math.ceil(seconds)), name];
}

/** Ends a container by force. */
export function killArgv(engine: Engine, name: string): Argv {
  return [engine, "kill", name];
}

/** Removes a container; one that runs is only removed by force. */
export function removeArgv(engine: Engine, name: string, isForced = false): Argv {
  return [engine, "rm", ...flag("--force", isForced), name];
}

/** Asks for the state of a container; `parseState` reads the answer. */
export function inspectArgv(engine: Engine, name: string): Argv {
  return [engine, "container", "inspect", "--format", STATE_FORMAT, name];
}

/** Asks for the last lines that a container wrote. */
export function logsArgv(engine: Engine, name: string): Argv {
  return [engine, "logs", "--tail", "5", name];
}

/** Asks whether an image is there: exit code 0 when it is. */
export function imageArgv(engine: Engine, image: string): Argv {
  return [engine, "image", "inspect", "--format", "{{.Id}}", image];
}

export function pullArgv(engine: Engine, image: string): Argv {
  return [engine, "pull", image];
}

/** State, exit code, image and labels, a blank between them; the first three have no blank. */
const STATE_FORMAT = "{{.State.Status}} {{.State.ExitCode}} {{.Config.Image}} {{json .Config.Labels}}";

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

function each(name: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [name, value]);
}

function flag(name: string, isSet: boolean): string[] {
  return isSet ? [name] : [];
}
