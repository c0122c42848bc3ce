import { join } from "@std/path";
import { RUN_FILES } from "../core/process/supervisor.ts";
import type { RunStatus } from "../core/process/run_status.ts";
import { parseRunStatus } from "../core/process/run_status.ts";
import type { Files, ProcessId } from "../ports.ts";
import { parseObject, readStateOr } from "./state_file.ts";

/** What an agent needs to know of a supervised run to go on with it; the first line of its status file. */
export interface RunHeader {
  readonly path: string;
  readonly rid: string;
  readonly session_id: string;
  /** Which attempt of the run it is, from 1 (`retry`). */
  readonly attempt?: number;
  /** `NAME=value` in the environment of everything that the command starts. */
  readonly token: string;
  /** The control group of the run. */
  readonly group: string | null;
  /** In seconds; null for no limit. */
  readonly timeout: number | null;
  readonly kill_grace: number;
  readonly is_logged: boolean;
  /** The size of the log of the service when the command was about to start, in bytes. */
  readonly log_at: number;
  readonly output_max: number;
}

/** The private folder of one run of a task on this node. */
export function runFolderOf(ridFolder: string, sessionId: string): string {
  return join(ridFolder, "runs", sessionId);
}

/** Makes the folder with all its files, so that a full disk is met before the command starts; throws when it cannot. */
export function makeRunFolder(
  files: Pick<Files, "makeFolder" | "append" | "remove">,
  folder: string,
  { header, supervisor }: { readonly header: RunHeader; readonly supervisor: string },
): void {
  files.remove(folder);
  files.makeFolder(folder);
  files.append(join(folder, RUN_FILES.status), `${JSON.stringify(header)}\n`, 0o600);
  files.append(join(folder, RUN_FILES.supervisor), supervisor, 0o600);
  files.append(join(folder, RUN_FILES.out), "", 0o600);
  files.append(join(folder, RUN_FILES.err), "", 0o600);
}

/** Reads what the supervisor has told so far; undefined when there is no such run. */
export function readRunStatus(files: Pick<Files, "readUnlinked">, folder: string): RunStatus | undefined {
  return readStateOr(files, join(folder, RUN_FILES.status), parseRunStatus);
}

/** Reads what the agent that started the run wrote down; undefined when it cannot be read. */
export function readRunHeader(files: Pick<Files, "readUnlinked">, folder: string): RunHeader | undefined {
  return readStateOr(files, join(folder, RUN_FILES.status), parseHeader);
}

function parseHeader(text: string): RunHeader | undefined {
  const value = parseObject(text.slice(0, Math.max(0, text.indexOf("\n")))) as
    | Partial<RunHeader>
    | undefined;
  const isWhole = typeof value?.token === "string" && typeof value.output_max === "number" &&
    typeof value.kill_grace === "number";
  return isWhole ? value as RunHeader : undefined;
}

/** The watcher of a run, when it works without an agent; undefined when it sleeps, or is gone with its supervisor. */
export function readWatcher(files: Pick<Files, "readUnlinked">, folder: string): ProcessId | undefined {
  return readStateOr(files, join(folder, RUN_FILES.alone), parseWatcher);
}

function parseWatcher(text: string): ProcessId | undefined {
  const [pid, startTime] = text.trim().split(" ").map(Number);
  return Number.isInteger(pid) && Number.isInteger(startTime) && pid && startTime
    ? { pid, startTime }
    : undefined;
}
