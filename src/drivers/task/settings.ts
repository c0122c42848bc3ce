import type { Configuration } from "../../core/config/configuration.ts";
import type { Requires } from "../../core/requires.ts";
import type { Retcodes } from "../../core/retcodes.ts";
import type { RetryPolicy } from "../../core/run/backoff.ts";
import type { Engine } from "../../core/container/engine.ts";
import { engineOf } from "../../core/container/engine.ts";
import type { ContainerSettings } from "../container/settings.ts";
import { readContainer } from "../container/settings.ts";
import type { HookSettings } from "./hooks.ts";
import { readHooks } from "./hooks.ts";

/** How many bytes of the beginning, and as many of the end, of an output are kept unless a keyword says otherwise. */
export const DEFAULT_OUTPUT_MAX = 1_048_576;

/** The commands around a task; a blocking one that fails stops the task, another is only reported. */
export const TRIGGERS = ["pre_run", "blocking_pre_run", "post_run", "blocking_post_run"] as const;

export type Trigger = typeof TRIGGERS[number];

/** The limits of `setrlimit` that can be set; `cpu` in seconds, `nofile` and `nproc` as counts, others in bytes. */
export const LIMITS = [
  "as",
  "core",
  "cpu",
  "data",
  "fsize",
  "memlock",
  "nofile",
  "nproc",
  "rss",
  "stack",
  "vmem",
] as const;

export type Limit = typeof LIMITS[number];

/** The container that a task runs in. */
export interface TaskContainer extends ContainerSettings {
  readonly engine: Engine;
  /** Whether the command gets a terminal in the container. */
  readonly hasTerminal: boolean;
}

/** The section of a task, converted. */
export interface TaskSettings {
  /** For a task in a container, only what people are shown. */
  readonly command: string;
  /** Then what concerns the process on the host is unset: it is the engine's own program. */
  readonly container: TaskContainer | undefined;
  readonly shell: boolean | undefined;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly impersonate: string | undefined;
  readonly cwd: string | undefined;
  readonly umask: number | undefined;
  readonly limits: Readonly<Partial<Record<Limit, number>>>;
  readonly path: string | undefined;
  /** `NAME=value` words. */
  readonly environment: readonly string[];
  /** `NAME=object/key` or `object/glob` words. */
  readonly configsEnvironment: readonly string[];
  readonly secretsEnvironment: readonly string[];
  /** `NAME=object/key` words. */
  readonly secretFiles: readonly string[];
  /** Names of the agent's own variables that pass. */
  readonly envInherit: readonly string[];
  /** Seconds; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Seconds between TERM and KILL. */
  readonly killGrace: number;
  readonly retcodes: Retcodes;
  readonly isConfirmationWanted: boolean;
  /** Whether the command gets a terminal, which only a person can give it. */
  readonly isInteractive: boolean;
  readonly isLogged: boolean;
  /** How many bytes of the beginning, and as many of the end, of the output of a run are kept. */
  readonly outputMax: number;
  readonly maxParallel: number;
  /** Sorted; tasks that share one never run at the same time. */
  readonly lockGroups: readonly string[];
  readonly requires: Requires;
  /** `run_on = active`. */
  readonly isActiveOnly: boolean;
  readonly onError: string | undefined;
  readonly hooks: HookSettings;
  readonly retry: RetryPolicy;
  /** For how long the collector is asked to be quiet, in seconds; undefined for not at all. */
  readonly snooze: number | undefined;
  readonly triggers: Readonly<Record<Trigger, string | undefined>>;
}

/** Reads one task; throws `ConfigValueError` for the first value that cannot be used. */
export function readTask(configuration: Configuration, rid: string): TaskSettings {
  const text = (option: string) => configuration.string(rid, option) || undefined;
  const engine = engineOf(configuration.driverOf(rid));
  return {
    ...engine === undefined
      ? readHostTask(configuration, rid)
      : readContainerTask(configuration, rid, engine),
    configsEnvironment: configuration.shellWords(rid, "configs_environment"),
    secretsEnvironment: configuration.shellWords(rid, "secrets_environment"),
    timeout: configuration.duration(rid, "timeout") || undefined,
    killGrace: configuration.duration(rid, "kill_grace") ?? 10,
    retcodes: configuration.retcodes(rid, "retcodes"),
    isConfirmationWanted: configuration.boolean(rid, "confirmation"),
    isInteractive: configuration.boolean(rid, "interactive"),
    isLogged: configuration.tristate(rid, "log") ?? true,
    outputMax: configuration.size(rid, "output_max") ?? DEFAULT_OUTPUT_MAX,
    maxParallel: configuration.integer(rid, "max_parallel") ?? 1,
    lockGroups: configuration.names(rid, "lock_group"),
    requires: configuration.requires(rid, "run_requires"),
    isActiveOnly: configuration.string(rid, "run_on") === "active",
    onError: text("on_error"),
    hooks: readHooks(configuration, rid),
    retry: {
      count: configuration.integer(rid, "retry") ?? 0,
      delay: configuration.duration(rid, "retry_delay") ?? 10,
      maxDelay: configuration.duration(rid, "retry_max_delay") ?? 300,
    },
    snooze: configuration.duration(rid, "snooze") || undefined,
    triggers: readTriggers(configuration, rid),
  };
}

/** What says how a command is started on this node. */
type Start = Pick<
  TaskSettings,
  | "command"
  | "container"
  | "shell"
  | "user"
  | "group"
  | "impersonate"
  | "cwd"
  | "umask"
  | "limits"
  | "path"
  | "environment"
  | "secretFiles"
  | "envInherit"
>;

function readHostTask(configuration: Configuration, rid: string): Start {
  const text = (option: string) => configuration.string(rid, option) || undefined;
  return {
    command: configuration.string(rid, "command") ?? "",
    container: undefined,
    shell: configuration.tristate(rid, "shell"),
    // An empty user is not "no user": it is a doubt about identity, and must be refused.
    user: configuration.string(rid, "user"),
    group: configuration.string(rid, "group"),
    impersonate: text("impersonate"),
    cwd: text("cwd"),
    umask: configuration.octal(rid, "umask"),
    limits: readLimits(configuration, rid),
    path: text("path"),
    environment: configuration.shellWords(rid, "environment"),
    secretFiles: configuration.shellWords(rid, "secret_files"),
    envInherit: configuration.words(rid, "env_inherit"),
  };
}

/** The engine's program runs as the agent's own user; who the command is in the container is said to the engine. */
function readContainerTask(configuration: Configuration, rid: string, engine: Engine): Start {
  const settings = readContainer(configuration, rid);
  const { image, command } = settings.container;
  return {
    command: [engine, "run", image, ...command].join(" "),
    container: {
      ...settings,
      engine,
      hasTerminal: configuration.tristate(rid, "tty") ?? configuration.boolean(rid, "interactive"),
    },
    shell: undefined,
    user: undefined,
    group: undefined,
    impersonate: undefined,
    cwd: undefined,
    umask: undefined,
    limits: {},
    path: undefined,
    environment: settings.environment,
    secretFiles: [],
    envInherit: settings.envInherit,
  };
}

/** Reads `limit_*`. */
export function readLimits(configuration: Configuration, rid: string): Partial<Record<Limit, number>> {
  const limits: Partial<Record<Limit, number>> = {};
  for (const limit of LIMITS) {
    const option = `limit_${limit}`;
    const value = limit === "cpu" ? configuration.duration(rid, option) : configuration.size(rid, option);
    if (value !== undefined) limits[limit] = value;
  }
  return limits;
}

/** Reads the triggers of a task, or with `DEFAULT` those of the whole service. */
export function readTriggers(
  configuration: Configuration,
  section: string,
): Record<Trigger, string | undefined> {
  const read = (trigger: Trigger) => configuration.string(section, trigger) || undefined;
  return {
    pre_run: read("pre_run"),
    blocking_pre_run: read("blocking_pre_run"),
    post_run: read("post_run"),
    blocking_post_run: read("blocking_post_run"),
  };
}
