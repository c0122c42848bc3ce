import { keyOf } from "../../core/process/process_tree.ts";
import type { SignalName } from "../../core/process/signal_names.ts";
import type { Processes, ProcessId, ProcessRow } from "../../ports.ts";

/** Programs that wait for the command that they started as another user. */
const WAITERS: ReadonlySet<string> = new Set(["sudo", "su", "runuser"]);

export interface TreeSignal {
  /** The first process of the command, once it is known. */
  readonly command: ProcessId | undefined;
  readonly signal: SignalName;
  /** A command that signals processes as their own user, where the agent itself may not. */
  readonly argvFor:
    | ((signal: SignalName, pids: readonly number[]) => readonly [string, ...string[]])
    | undefined;
}

/**
 * Sends a signal once to each process of a run, and tells how many got it and which could not be signalled.
 *
 * The wrapper in front of the command is left out: it would pass the signal on a second time, or end by it while the
 * command goes on. A CONT goes to all, because a wrapper stops together with its command.
 */
export function signalTree(
  processes: Pick<Processes, "signal" | "output">,
  members: readonly ProcessRow[],
  { command, signal, argvFor }: TreeSignal,
): { readonly sent: number; readonly refused: readonly number[] } {
  const waiters = signal === "SIGCONT" || !command ? new Set<number>() : waitersOf(members, command);
  let sent = 0;
  const refused: number[] = [];
  for (const row of members) {
    if (waiters.has(row.pid)) continue;
    const outcome = processes.signal(row, signal);
    if (outcome === "sent") sent++;
    if (outcome === "refused") refused.push(row.pid);
  }
  if (refused.length === 0 || !argvFor) return { sent, refused };
  const isSent = processes.output(argvFor(signal, refused)).code === 0;
  return isSent ? { sent: sent + refused.length, refused: [] } : { sent, refused };
}

/** The wrapper, and what it forked in between: from the first process on, as long as each has a child. */
function waitersOf(members: readonly ProcessRow[], command: ProcessId): ReadonlySet<number> {
  const waiters = new Set<number>();
  let row = members.find((each) => keyOf(each) === keyOf(command));
  while (row && WAITERS.has(row.name)) {
    const { pid } = row;
    const child: ProcessRow | undefined = members.find(({ parent }) => parent === pid);
    if (child) waiters.add(pid);
    row = child;
  }
  return waiters;
}
