/**
 * Signals that can be sent to a run, by name.
 *
 * @module
 */
import { SIGNAL_NUMBERS } from "./signals.ts";

const NAMES = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGABRT",
  "SIGKILL",
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGTERM",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGWINCH",
] as const;

export type SignalName = typeof NAMES[number];

/** The names without `SIG`, by number. */
export const SIGNAL_WORDS: readonly string[] = NAMES.map((name) => name.slice(3));

/** Reads `TERM`, `sigterm` or `15`; undefined for anything else. */
export function parseSignal(text: string): SignalName | undefined {
  const word = text.trim().toUpperCase();
  const isNamed = (name: SignalName) =>
    name === word || name.slice(3) === word || String(SIGNAL_NUMBERS[name]) === word;
  return NAMES.find(isNamed);
}
