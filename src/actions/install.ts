import { dirname, join } from "@std/path";
import { RefusedError } from "../core/errors.ts";
import { initScript } from "../core/install/init_script.ts";
import type { Installation } from "../core/install/installation.ts";
import { isOwnFile, KEPT_VARIABLES } from "../core/install/installation.ts";
import { systemdUnit } from "../core/install/systemd_unit.ts";
import { distrust } from "../core/trust.ts";
import type { System } from "../ports.ts";
import { stepsTo } from "../state/objects.ts";
import type { Agent } from "./agent.ts";
import { runningDaemon } from "./daemon_control.ts";
import { isUnderSystemd } from "./daemon_manager.ts";
import { bootOf } from "./boot_system.ts";
import type { Boot, Manager } from "./boot_system.ts";

/** What is beyond `stop_timeout` before systemd kills a daemon that stops, in seconds. */
const STOP_EXTRA = 30;

export interface InstallRequest {
  /** Undefined: what this host was booted with. */
  readonly manager: Manager | undefined;
  /** Below which folder the file is written, such as that of an image; the host itself is then left alone. */
  readonly prefix: string | undefined;
  /** `--root`. */
  readonly root: string | undefined;
  readonly isForced: boolean;
  /** Whether it is also enabled and started. */
  readonly isStarted: boolean;
}

/** A file that makes the host start the daemon. */
export interface BootFile {
  readonly boot: Boot;
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Says what would be written, and where. */
export function bootFileOf(
  agent: Agent,
  request: Pick<InstallRequest, "manager" | "prefix" | "root">,
): BootFile {
  const boot = bootOf(agent.system, request.manager);
  const { host } = agent.system;
  const installation: Installation = {
    self: host.self,
    environment: keptVariables(host.environment, request.root),
    stopSeconds: agent.node.stopTimeout + STOP_EXTRA,
  };
  return {
    boot,
    path: join(request.prefix ?? "/", boot.file),
    ...(boot.manager === "systemd"
      ? { text: systemdUnit(installation), mode: 0o644 }
      : { text: initScript(installation), mode: 0o755 }),
  };
}

function keptVariables(
  environment: Readonly<Record<string, string>>,
  root: string | undefined,
): Record<string, string> {
  const all: Readonly<Record<string, string | undefined>> = {
    ...environment,
    ...(root === undefined ? {} : { AGENT_ROOT: root }),
  };
  return Object.fromEntries(KEPT_VARIABLES.flatMap((name) => all[name] ? [[name, all[name]]] : []));
}

/**
 * Writes the file, and enables and starts the daemon when that is wanted. Gives the commands that are left to type.
 * Throws `RefusedError` before anything is changed: for an ordinary user, for a file of somebody else, for an executable
 * that others could change, and when a daemon runs that systemd did not start.
 */
export async function install(agent: Agent, request: InstallRequest): Promise<readonly string[]> {
  const { system } = agent;
  const file = bootFileOf(agent, request);
  refuseOrdinaryUser(system, request.prefix);
  if (!request.isForced) refuseForeign(system, file.path);
  if (!request.isForced && request.prefix === undefined) refuseDoubtfulExecutable(system);
  if (request.isStarted) refuseToStart(agent, file.boot);
  system.files.makeFolder(dirname(file.path), 0o755);
  await system.files.replace(file.path, file.text, { mode: file.mode, isDurable: true });
  if (request.prefix !== undefined) return [];
  await runAll(system, file.boot.refresh);
  if (!request.isStarted) return file.boot.enable.map((argv) => argv.join(" "));
  await runAll(system, file.boot.enable);
  return [];
}

export interface UninstallRequest extends Pick<InstallRequest, "manager" | "prefix" | "isForced"> {
  /** Whether the daemon is stopped, too. */
  readonly isStopped: boolean;
}

/** Removes unit and start script, or only one of them, where they are; gives their paths. */
export async function uninstall(agent: Agent, request: UninstallRequest): Promise<readonly string[]> {
  const { system } = agent;
  refuseOrdinaryUser(system, request.prefix);
  const managers: readonly Manager[] = request.manager === undefined
    ? ["systemd", "sysv"]
    : [request.manager];
  const found = managers.map((manager) => bootOf(system, manager)).map((boot) => ({
    boot,
    path: join(request.prefix ?? "/", boot.file),
  })).filter(({ path }) => system.files.facts(path) !== undefined);
  if (!request.isForced) { for (const { path } of found) refuseForeign(system, path); }
  for (const { boot, path } of found) {
    const isHost = request.prefix === undefined;
    if (isHost) await runAll(system, request.isStopped ? boot.disableNow : boot.disable);
    system.files.remove(path);
    if (isHost) await runAll(system, boot.refresh);
  }
  return found.map(({ path }) => path);
}

function refuseOrdinaryUser({ users }: Pick<System, "users">, prefix: string | undefined): void {
  if (prefix !== undefined || users.self.uid === 0) return;
  throw new RefusedError(
    "Cannot change what this host starts: the caller is an ordinary user, expected root",
  );
}

function refuseForeign({ files }: Pick<System, "files">, path: string): void {
  const facts = files.facts(path);
  if (facts === undefined) return;
  if (facts.kind === "file" && isOwnFile(files.read(path) ?? "")) return;
  throw new RefusedError(
    `Cannot replace or remove ${path}: the agent did not write it, expected its own file (or --force)`,
  );
}

/** What root starts at every boot must not be for others to change. */
function refuseDoubtfulExecutable({ files, users, host: { self: [program] } }: System): void {
  const doubt = distrust(stepsTo(files, program), users.self.uid);
  if (doubt === undefined) return;
  throw new RefusedError(`Cannot install ${program}: ${doubt} (or --force)`);
}

function refuseToStart(agent: Agent, { manager, isBooted }: Boot): void {
  if (!isBooted) throw new RefusedError(`Cannot start the daemon now: this host does not run ${manager}`);
  const running = runningDaemon(agent);
  if (manager !== "systemd" || running === undefined || isUnderSystemd(agent.system.files, running)) return;
  throw new RefusedError(
    `Cannot start the daemon by systemd: process ${running.pid} runs already, expected none (agent daemon stop)`,
  );
}

/** Throws `RefusedError` at the first command that fails; its own words are on the terminal. */
async function runAll({ processes }: Pick<System, "processes">, commands: Boot["enable"]): Promise<void> {
  for (const argv of commands) {
    const code = await processes.foreground(argv);
    if (code !== 0) {
      throw new RefusedError(`Cannot ${argv.join(" ")}: it failed with code ${code}, expected 0`);
    }
  }
}
