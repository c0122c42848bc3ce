import { join, normalize } from "@std/path";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { configFileOf, logFileOf, stateFolderOf } from "../core/naming/object_path.ts";

/** The four roots under which everything is kept. */
export interface Folders {
  readonly etc: string;
  readonly var: string;
  readonly log: string;
  /** What need not survive a reboot. */
  readonly run: string;
}

export interface FoldersRequest {
  readonly environment: Readonly<Record<string, string>>;
  readonly uid: number;
  /** `--root`, which wins over `AGENT_ROOT`. */
  readonly root?: string | undefined;
}

/** Finds the four roots (spec 2.1); throws `RangeError` when an ordinary user has no home. */
export function foldersOf(request: FoldersRequest): Folders {
  const { environment } = request;
  const base = baseFolders(request);
  return {
    etc: absolute(environment["AGENT_ETC"]) ?? base.etc,
    var: absolute(environment["AGENT_VAR"]) ?? base.var,
    log: absolute(environment["AGENT_LOG"]) ?? base.log,
    run: absolute(environment["AGENT_RUN"]) ?? base.run,
  };
}

function baseFolders({ environment, uid, root }: FoldersRequest): Folders {
  const top = absolute(root) ?? absolute(environment["AGENT_ROOT"]);
  if (top !== undefined) {
    return { etc: join(top, "etc"), var: join(top, "var"), log: join(top, "log"), run: join(top, "run") };
  }
  if (uid === 0) {
    return { etc: "/etc/agent", var: "/var/lib/agent", log: "/var/log/agent", run: "/run/agent" };
  }
  return userFolders(environment);
}

function userFolders(environment: Readonly<Record<string, string>>): Folders {
  const inHome = (variable: string, fallback: string): string => {
    const folder = absolute(environment[variable]);
    if (folder !== undefined) return folder;
    const home = absolute(environment["HOME"]);
    if (home === undefined) {
      throw new RangeError(
        `Cannot find a folder for files: HOME is not set, expected HOME, ${variable} or AGENT_ROOT`,
      );
    }
    return join(home, fallback);
  };
  const state = join(inHome("XDG_STATE_HOME", ".local/state"), "agent");
  const runtime = absolute(environment["XDG_RUNTIME_DIR"]);
  return {
    etc: join(inHome("XDG_CONFIG_HOME", ".config"), "agent"),
    var: state,
    log: join(state, "log"),
    run: runtime === undefined ? join(state, "run") : join(runtime, "agent"),
  };
}

/** An empty or relative folder counts as not given, as the XDG rules say. */
function absolute(folder: string | undefined): string | undefined {
  return folder?.startsWith("/") ? normalize(folder).replace(/(?<=.)\/$/, "") : undefined;
}

/** Where the configuration of an object is. */
export function configPath(folders: Folders, path: ObjectPath): string {
  return `${folders.etc}/${configFileOf(path)}`;
}

/** The private state folder of an object. */
export function statePath(folders: Folders, path: ObjectPath): string {
  return `${folders.var}/${stateFolderOf(path)}`;
}

/** Where the node keeps what is about itself. */
export function nodeStateFolder(folders: Pick<Folders, "var">): string {
  return `${folders.var}/node`;
}

/** What tells the daemon of a change of the node's state; it watches no other folder of the node. */
export function nodeWakeFolder(folders: Pick<Folders, "run">): string {
  return `${folders.run}/node/duties`;
}

/** The log file of an object. */
export function logPath(folders: Folders, path: ObjectPath): string {
  return `${folders.log}/${logFileOf(path)}`;
}

/** Where an object keeps what a reboot must forget, such as the flags of `fs.flag`. */
export function runtimePath(folders: Folders, path: ObjectPath): string {
  return `${folders.run}/${stateFolderOf(path)}`;
}
