import type { Terminal } from "../../ports.ts";
import type { Journal } from "../journal.ts";
import type { RunRequest } from "./request.ts";
import type { StopRequest } from "./stop_request.ts";

const STREAMS = [["stdin", "standard input"], ["stdout", "standard output"], [
  "stderr",
  "standard error",
]] as const;

/** Why a task cannot be given the operator's terminal; undefined when it can. */
export function terminalObstacle(
  { isTerminal }: Pick<Terminal, "isTerminal">,
  { isScheduled }: Pick<RunRequest, "isScheduled">,
): string | undefined {
  const missing = STREAMS.find(([stream]) => !isTerminal[stream]);
  if (!isScheduled && missing === undefined) return undefined;
  const state = isScheduled ? "nobody is there" : `${missing?.[1]} is not a terminal`;
  return `Cannot run an interactive task: ${state}, expected a run by hand on a terminal`;
}

/** Who hands the terminal over, and what for. */
export interface Handover {
  readonly terminal: Pick<Terminal, "keepSettings" | "write">;
  readonly stop: StopRequest;
  readonly journal: Journal;
}

/**
 * Hands the operator's terminal over while the work goes on: interrupts are meant for the command, log entries stand on
 * lines of their own although the terminal is raw, and its settings come back however the work ends.
 */
export async function onTerminal<Result>(
  { terminal, stop, journal }: Handover,
  work: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const putBack = terminal.keepSettings();
  const listenAgain = stop.ignoreInterrupts();
  const onLineOfItsOwn = (write: () => void) => {
    terminal.write("stderr", "\r\n");
    write();
    terminal.write("stderr", "\r");
  };
  try {
    return await work(journal.framing(onLineOfItsOwn));
  } finally {
    listenAgain();
    putBack();
  }
}
