import type { Argv } from "../../../core/process/command.ts";
import { argvOf } from "../../../core/process/command.ts";
import type { Variables } from "../../../core/process/environment.ts";
import { taskEnvironment } from "../../../core/process/environment.ts";
import type { Identity } from "../../../core/process/identity.ts";
import { resolveIdentity } from "../../../core/process/identity.ts";
import type { Limits } from "../../../core/process/limits.ts";
import { mayRaiseLimits, parseHardLimits } from "../../../core/process/limits.ts";
import { chooseHolder, type PtyHolder, type PtyPrograms } from "../../../core/process/pty.ts";
import type { ChosenWrapper, Wrapper } from "../../../core/process/wrapper.ts";
import { chooseWrapper, sudoersLine, sudoKill, sudoProbe, wrap } from "../../../core/process/wrapper.ts";
import type { StartOptions } from "../../../drivers/driver.ts";
import type { Files, ProcessSpec } from "../../../ports.ts";
import type { Agent } from "../../agent.ts";
import type { Instance } from "../../load.ts";
import type { EndTreeOptions } from "../supervision/end_tree.ts";
import { findPtyPrograms, findWrappers } from "./wrappers.ts";

/** One command and everything that decides how it is started. */
export interface CommandRequest extends StartOptions {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly rid: string | undefined;
  /** From objects of the namespace, below all others. */
  readonly objects?: readonly Variables[];
  /** Later ones win: `--env`, then what a trigger is told. */
  readonly variables: readonly Variables[];
  readonly passesInput?: boolean;
  /** Whether it gets a terminal: the operator's, bridged to a pseudo-terminal where that can be. */
  readonly isOnTerminal?: boolean;
  readonly origin: string;
  readonly plannedAt?: number | undefined;
  readonly sessionId: string;
  /** Unique to this run: the mark by which its processes are found again. */
  readonly runId: string;
}

/** A command that is ready to start. */
export interface PreparedCommand {
  readonly spec: Omit<ProcessSpec, "onOutput">;
  readonly token: string;
  /** How to signal processes of the command that the agent itself may not signal. */
  readonly killerArgv?: EndTreeOptions["killerArgv"];
  readonly command: Argv;
  readonly identity: Identity;
  readonly wrapper: ChosenWrapper;
  /** Who holds its pseudo-terminal; absent when it gets no terminal. */
  readonly pty: PtyHolder | undefined;
  readonly cwd: string;
  readonly umask: number;
  readonly limits: Limits;
  readonly env: Variables;
}

/** Why a command is not started; a code of 3 means that the configuration is wrong. */
export interface Refused {
  readonly refusal: string;
  readonly code: number;
}

/** The agent's own mask for what tasks create, unless `umask` says otherwise. */
const DEFAULT_UMASK = 0o022;
const RUN_ID = "OPENSVC_RUN_ID";
/** Variables that tell of the service and the run; the mark of processes is for the agent only. */
const TOLD_REGEXP = /^(?:OPENSVC|OSVC)_(?!RUN_ID$)/;

/** Decides everything about a command, checking what can be checked before it runs; starts nothing but a sudo probe. */
export function prepareCommand(text: string, request: CommandRequest): PreparedCommand | Refused {
  const read = request.compose === undefined ? readCommand(text, request) : undefined;
  if (read && "refusal" in read) return read;
  const found = resolveIdentity({ user: request.user, group: request.group }, request.agent.system.users);
  if (found.kind === "refused") return refused(found.reason);
  const { identity } = found;
  const environment = environmentOf(request, identity);
  if ("refusal" in environment) return environment;
  const cwd = folderOf(request, identity);
  if ("refusal" in cwd) return cwd;
  const command = read?.argv ?? request.compose?.(environment.names) ?? refused("there is no command", 3);
  if ("refusal" in command) return command;
  return launch(request, { command, identity, cwd: cwd.path, env: environment.env });
}

type Decided = {
  readonly command: Argv;
  readonly identity: Identity;
  readonly cwd: string;
  readonly env: Variables;
};

function launch(
  request: CommandRequest,
  { command, identity, cwd, env }: Decided,
): PreparedCommand | Refused {
  const { limits = {}, umask = DEFAULT_UMASK, agent, runId, isOnTerminal = false } = request;
  const { files, users } = agent.system;
  const programs = isOnTerminal ? findPtyPrograms(agent.system, identity) : undefined;
  const wrapper = chosenWrapper(request, identity, programs);
  if ("refusal" in wrapper) return wrapper;
  const ownUid = users.self.uid;
  const rights = Object.keys(limits).length > 0 ? limitRights(files) : {};
  const pty = programs && chooseHolder(wrapper.kind, programs);
  const outer = { wrapper, pty, guard: programs?.guard, identity, ownUid };
  const started = wrap({ ...outer, argv: command, env, cwd, umask, limits, ...rights });
  if (started.kind === "refused") return refused(started.reason);
  return {
    spec: {
      argv: started.argv,
      env: started.env,
      cwd: "/",
      stdin: request.passesInput ? "inherit" : "null",
      isOnTerminal,
    },
    token: `${RUN_ID}=${runId}`,
    ...(wrapper.kind === "sudo" && ownUid !== 0
      ? { killerArgv: (signal, pids) => sudoKill(wrapper, identity, signal, pids) }
      : {}),
    command,
    identity,
    wrapper,
    pty,
    cwd,
    umask,
    limits,
    env,
  };
}

/** What the agent itself may set; root of a container often may not raise a hard limit. */
function limitRights(files: Pick<Files, "read">) {
  return {
    hardLimits: parseHardLimits(files.read("/proc/self/limits") ?? ""),
    mayRaise: mayRaiseLimits(files.read("/proc/self/status") ?? ""),
  };
}

function refused(refusal: string, code = 1): Refused {
  return { refusal, code };
}

function readCommand(
  text: string,
  { shell, extraArgs = [] }: CommandRequest,
): { readonly argv: Argv } | Refused {
  try {
    return { argv: argvOf(text, shell, extraArgs) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refused(error.message, 3);
  }
}

interface Environment {
  readonly env: Variables;
  /** Of the variables that tell of the service and the run, and of those that somebody declared. */
  readonly names: readonly string[];
}

function environmentOf(request: CommandRequest, identity: Identity): Environment | Refused {
  const { agent, instance, environment = [], envInherit = [], sessionId, origin, plannedAt, rid } = request;
  const declared = readVariables(environment);
  if (typeof declared === "string") return refused(declared, 3);
  const ambient = agent.system.host.environment;
  const { path, configuration } = instance;
  const sources = [...request.objects ?? [], declared, ...request.variables];
  const outcome = taskEnvironment({
    identity,
    run: {
      servicePath: instance.name,
      serviceName: path.name,
      serviceId: configuration.string("DEFAULT", "id") || undefined,
      kind: path.kind,
      namespace: path.namespace,
      rid: rid ?? "",
      sessionId,
      isLeader: configuration.words("DEFAULT", "nodes")[0]?.toLowerCase() === agent.node.name,
      origin,
      plannedAt,
    },
    path: request.path ?? agent.node.path,
    language: ambient["LANG"],
    timezone: ambient["TZ"],
    terminal: request.isOnTerminal ? ambient["TERM"] : undefined,
    ambient,
    inherit: envInherit,
    sources: [...sources, { [RUN_ID]: request.runId }],
  });
  if (outcome.kind === "refused") return refused(outcome.reason);
  const { env } = outcome;
  const chosen = new Set(sources.flatMap((source) => Object.keys(source)));
  return { env, names: Object.keys(env).filter((name) => chosen.has(name) || TOLD_REGEXP.test(name)) };
}

function readVariables(words: readonly string[]): Record<string, string> | string {
  const variables: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals < 1) return `Cannot use environment: the word "${word}" is not NAME=value`;
    variables[word.slice(0, equals)] = word.slice(equals + 1);
  }
  return variables;
}

/** `cwd`, else the home of a declared user, else the private state folder; system users often have no home: `/`. */
function folderOf(request: CommandRequest, identity: Identity): { readonly path: string } | Refused {
  const { cwd, user, agent: { system: { files } }, instance } = request;
  const isFolder = (path: string) => {
    const real = files.realPath(path);
    return real !== undefined && files.facts(real)?.kind === "folder";
  };
  // Whoever runs the command makes this one: preparing changes nothing.
  if (cwd === undefined && user === undefined) return { path: instance.stateFolder };
  const path = cwd ?? identity.home;
  if (path.startsWith("/") && isFolder(path)) return { path };
  if (cwd === undefined) return { path: "/" };
  const state = path.startsWith("/") ? "it does not exist" : "it is relative";
  return refused(
    `Cannot enter folder "${path}": ${state}, expected the absolute path of a folder (keyword cwd)`,
  );
}

function chosenWrapper(
  request: CommandRequest,
  identity: Identity,
  pty: PtyPrograms | undefined,
): ChosenWrapper | Refused {
  const { agent } = request;
  const ownUid = agent.system.users.self.uid;
  if (identity.uid === ownUid && !identity.chosenGroup) return { kind: "none" };
  const wanted = (request.impersonate ?? agent.node.impersonate) as "auto" | Wrapper;
  const chosen = chooseWrapper({ wanted, ownUid, identity, programs: findWrappers(agent.system), pty });
  if (chosen.kind === "refused") return refused(chosen.reason);
  return chosen.kind === "sudo" && ownUid !== 0
    ? probeSudo(agent, { ...chosen, kind: "sudo" }, identity)
    : chosen;
}

/** Without the right rule in sudoers, the command would fail half-way with a message of sudo. */
function probeSudo(
  { system: { users, processes } }: Agent,
  chosen: ChosenWrapper & { readonly kind: "sudo" },
  identity: Identity,
): ChosenWrapper | Refused {
  if (processes.output(sudoProbe(chosen, identity)).code === 0) return chosen;
  const ownName = users.findUser(String(users.self.uid))?.name ?? `#${users.self.uid}`;
  return refused(
    `Cannot run as user "${identity.name}": sudo does not allow it, expected the sudoers line "${
      sudoersLine(ownName, identity)
    }"`,
  );
}
