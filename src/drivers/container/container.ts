import type { Engine } from "../../core/container/engine.ts";
import { containerLabels, imageOf, isOfService, otherOwner } from "../../core/container/labels.ts";
import { problemOfContainerName } from "../../core/container/name.ts";
import {
  imageArgv,
  inspectArgv,
  logsArgv,
  pullArgv,
  removeArgv,
  runArgv,
  startArgv,
  stopArgv,
} from "../../core/container/run_argv.ts";
import type { ContainerState } from "../../core/container/state.ts";
import { engineProblem, isIdle, parseState, statusOfState } from "../../core/container/state.ts";
import { problemOfContainerVariables } from "../../core/container/variables.ts";
import type { Argv } from "../../core/process/command.ts";
import type { CommandOptions, CommandOutcome, Driver, DriverPorts, ResourceView } from "../driver.ts";
import type { ContainerSettings } from "./settings.ts";
import { readContainer } from "./settings.ts";

/** How long the engine may take for a look, in seconds. */
const LOOK_TIMEOUT = 30;
/** How much longer than the container itself the engine may take to stop it, in seconds. */
const STOP_MARGIN = 30;
/** How soon a container that ends is told as one that did not start, in milliseconds. */
const EARLY_MS = 300;

/** `container.docker` and `container.podman`: a container that runs as long as its service is started. */
function containerDriver(engine: Engine): Driver {
  return {
    id: `container.${engine}`,
    infoOptions: ["image", "name", "hostname", "command", "user", "volume_mounts", "detach"],
    isSlow: true,
    label: ({ configuration, rid }) => {
      const { container: { name, image } } = readContainer(configuration, rid);
      return `${name}, ${image}`;
    },
    async status(ports, resource) {
      const settings = readContainer(resource.configuration, resource.rid);
      const found = await look(ports, engine, settings);
      const owner = otherOwner(found, resource.path);
      if (owner !== undefined) {
        const text = `the name ${settings.container.name} is taken by a container of ${owner}`;
        return { status: "down", messages: [{ level: "warn", text }] };
      }
      const { status, message } = statusOfState(found);
      const level = status === "warn" ? "warn" as const : "info" as const;
      const messages = message === undefined ? [] : [{ level, text: message }];
      const image = imageOf(found);
      if (status !== "up" || image === settings.container.image) return { status, messages };
      const text = `it runs ${image}, and not ${settings.container.image}`;
      return { status, messages: [...messages, { level: "warn", text }] };
    },
    start: (ports, resource) => start(ports, engine, resource),
    stop: (ports, resource) => stop(ports, engine, resource),
  };
}

export const CONTAINER_DOCKER = containerDriver("docker");
export const CONTAINER_PODMAN = containerDriver("podman");

async function start(ports: DriverPorts, engine: Engine, resource: ResourceView): Promise<void> {
  const { configuration, rid, path } = resource;
  const settings = readContainer(configuration, rid);
  const { name, image, isRemoved } = settings.container;
  const problem = problemOfContainerName(name);
  if (problem !== undefined) throw new Error(problem);
  const found = await look(ports, engine, settings);
  const owner = otherOwner(found, path);
  if (owner !== undefined) {
    throw new Error(
      `Cannot make the container ${name}: ${owner} has one of that name, expected another (keyword name)`,
    );
  }
  if (found.state === "running") return ports.journal.info(`${rid} is already up`);
  const timeout = configuration.duration(rid, "start_timeout") || 120;
  if (found.state !== "absent" && imageOf(found) === image && !isRemoved) {
    await tell(ports, settings, startArgv(engine, name), { timeout });
  } else {
    await makeAnew(ports, engine, { resource, settings, found, timeout });
  }
  await staysUp(ports, engine, { settings, resource });
}

/** A container that is to be made, and what there is of its name. */
interface Making {
  readonly resource: ResourceView;
  readonly settings: ContainerSettings;
  readonly found: ContainerState;
  /** Seconds. */
  readonly timeout: number;
}

async function makeAnew(
  ports: DriverPorts,
  engine: Engine,
  { resource: { configuration, rid, path }, settings, found, timeout }: Making,
): Promise<void> {
  const { container, container: { name, image } } = settings;
  if (found.state !== "absent" && !isOfService(found, path)) {
    throw new Error(
      `Cannot make the container ${name}: one of that name is there that the agent did not make, expected that you remove or rename it`,
    );
  }
  await havePulled(ports, engine, settings);
  if (found.state !== "absent") await tell(ports, settings, removeArgv(engine, name, true), { timeout });
  const options: CommandOptions = {
    timeout,
    environment: settings.environment,
    configsEnvironment: configuration.shellWords(rid, "configs_environment"),
    secretsEnvironment: configuration.shellWords(rid, "secrets_environment"),
  };
  await tell(ports, settings, (variables) =>
    runArgv(engine, container, {
      ...{ isDetached: true, isInteractive: false, hasTerminal: false, extraArgs: [] },
      ...{ variables, labels: containerLabels({ path, rid, image }) },
    }), options);
}

/** The engine says that it has started a container, and not whether that lives. */
async function staysUp(
  ports: DriverPorts,
  engine: Engine,
  { settings, resource: { configuration, rid } }: Pick<Making, "settings" | "resource">,
): Promise<void> {
  await ports.clock.sleep(EARLY_MS, ports.stopping);
  if (ports.stopping.aborted) return;
  const { name, isRemoved } = settings.container;
  const found = await look(ports, engine, settings);
  if (!isIdle(found)) return;
  if (found.state === "absent") {
    const why = isRemoved ? ", and was removed (rm)" : "";
    throw new Error(`Cannot keep the container ${name} up: it ended at once${why}`);
  }
  // With its secrets at hand they are masked in what it wrote.
  const secretsEnvironment = configuration.shellWords(rid, "secrets_environment");
  const options = { isQuiet: true, secretsEnvironment };
  const { lines, code } = await call(ports, settings, () => logsArgv(engine, name), options);
  const words = code === 0 && lines.length > 0 ? `: ${lines.at(-1)}` : "";
  throw new Error(
    `Cannot keep the container ${name} up: it ended at once with code ${found.exitCode ?? 0}${words}`,
  );
}

async function stop(
  ports: DriverPorts,
  engine: Engine,
  { configuration, rid, path }: ResourceView,
): Promise<void> {
  const settings = readContainer(configuration, rid);
  const { name, isRemoved } = settings.container;
  const found = await look(ports, engine, settings);
  if (otherOwner(found, path) !== undefined || isIdle(found)) {
    ports.journal.info(`${rid} is already down`);
  } else {
    const seconds = configuration.duration(rid, "stop_timeout") ?? 10;
    await tell(ports, settings, stopArgv(engine, name, seconds), { timeout: seconds + STOP_MARGIN });
  }
  if (isRemoved && isOfService(found, path)) await remove(ports, engine, settings);
}

/** What the agent did not make is not removed. */
async function remove(ports: DriverPorts, engine: Engine, settings: ContainerSettings): Promise<void> {
  const { name } = settings.container;
  if ((await look(ports, engine, settings)).state === "absent") return;
  // The engine itself removes it as well, and may be the first.
  const { code } = await call(ports, settings, () => removeArgv(engine, name), { isQuiet: true });
  if (code !== 0 && (await look(ports, engine, settings)).state !== "absent") {
    throw new Error(`Cannot remove the container ${name}: it is still there`);
  }
}

async function havePulled(ports: DriverPorts, engine: Engine, settings: ContainerSettings): Promise<void> {
  const { container: { image }, isPulledAlways, pullTimeout } = settings;
  if (!isPulledAlways) {
    const found = await call(ports, settings, () => imageArgv(engine, image), { isQuiet: true });
    if (found.code === 0) return;
  }
  await tell(ports, settings, pullArgv(engine, image), { timeout: pullTimeout });
}

/** Asks the engine, quietly. Throws with what it said when it does not know. */
async function look(
  ports: DriverPorts,
  engine: Engine,
  settings: ContainerSettings,
): Promise<ContainerState> {
  const argv = inspectArgv(engine, settings.container.name);
  const { code, lines, reason } = await call(ports, settings, () => argv, {
    isQuiet: true,
    timeout: LOOK_TIMEOUT,
  });
  if (code === 127) throw new Error(`Cannot ask ${engine}: it is not installed`);
  const text = code === 0 || lines.length > 0 ? lines.join("\n") : reason ?? "";
  return parseState({ code, stdout: text, stderr: text });
}

type Compose = (variables: readonly string[]) => Argv;

/** Calls the engine with its output in the log; throws with the last line of it when that fails. */
async function tell(
  ports: DriverPorts,
  settings: ContainerSettings,
  argv: Argv | Compose,
  options: CommandOptions,
): Promise<void> {
  const compose = typeof argv === "function" ? argv : () => argv;
  const { code, reason, lines } = await call(ports, settings, compose, options);
  if (reason === null) return;
  const said = lines.length === 0 || code === 124
    ? reason
    : engineProblem({ code, stdout: "", stderr: lines.join("\n") });
  throw new Error(said);
}

async function call(
  { run, journal }: DriverPorts,
  { envInherit }: ContainerSettings,
  compose: Compose,
  options: CommandOptions,
): Promise<CommandOutcome> {
  return await run("", {
    ...{ timeout: LOOK_TIMEOUT, envInherit, ...options },
    compose: (names) => {
      const problem = problemOfContainerVariables(names);
      if (problem !== undefined) return { refusal: problem, code: 1 };
      const argv = compose(names);
      if (!options.isQuiet) journal.info(argv.join(" "));
      return argv;
    },
  });
}
