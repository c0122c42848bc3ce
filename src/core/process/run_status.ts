/**
 * The status file of a supervised run: one JSON record of the agent, then lines that its supervisor adds.
 *
 * @module
 */
import { signalOf } from "./signals.ts";

interface Id {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** What the lines of the supervisor say so far. */
export interface RunStatus {
  readonly supervisor?: Id & { readonly watcherPid: number; readonly bootId: string };
  readonly command?: Id;
  /** Present when the command has ended and the supervisor saw it. */
  readonly end?: { readonly code: number; readonly signal: string | null };
  /** Whether the supervisor itself had to keep the time limit, because the agent was gone. */
  readonly isTimedOut: boolean;
}

/**
 * Reads the lines below the record; a last line without a line break is not finished yet, and is left out.
 *
 * @example
 * ```ts
 * parseRunStatus('{"rid":"task#1"}\nsupervisor 10 500 11 b0\ncommand 12 501\nexit 0\n').end;
 * // { code: 0, signal: null }
 * ```
 */
export function parseRunStatus(text: string): RunStatus {
  const lines = text.split("\n").slice(1, -1);
  const wordsOf = (kind: string) => lines.find((line) => line.startsWith(`${kind} `))?.split(" ").slice(1);
  const [supervisor, startTime, watcher, bootId] = wordsOf("supervisor") ?? [];
  const [command, commandStart] = wordsOf("command") ?? [];
  const code = numberOf(wordsOf("exit")?.[0]);
  const supervisorId = idOf(supervisor, startTime);
  const commandId = idOf(command, commandStart);
  return {
    ...(supervisorId && bootId
      ? { supervisor: { ...supervisorId, watcherPid: numberOf(watcher) ?? 0, bootId } }
      : {}),
    ...(commandId ? { command: commandId } : {}),
    ...(code === undefined ? {} : { end: { code, signal: signalOf(code, lines) ?? null } }),
    isTimedOut: lines.includes("timeout"),
  };
}

function idOf(pid: string | undefined, startTime: string | undefined): Id | undefined {
  const [id, start] = [numberOf(pid), numberOf(startTime)];
  return id === undefined || start === undefined ? undefined : { pid: id, startTime: start };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
