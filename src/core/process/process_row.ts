/**
 * What is known of a process of the host.
 *
 * @module
 */

/** How a process ended. */
export type ProcessOutcome =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signaled"; readonly signal: string; readonly number: number };

/** A process that was seen: the pid alone names nobody, because pids are used again. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of `/proc/PID/stat`. */
  readonly startTime: number;
}

export interface ProcessRow extends ProcessId {
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** One letter, such as `R`, `S` or `Z`. */
  readonly state: string;
  /** The name of the program, at most 15 bytes of it. */
  readonly name: string;
  /** Processor time that it used so far, in seconds. */
  readonly cpuSeconds: number;
  /** The same of those of its children that ended and were waited for. */
  readonly childCpuSeconds: number;
}

/** What is known of one process besides its row. */
export interface ProcessFacts {
  /** The effective user id. */
  readonly uid: number;
  /** Memory that it holds, in bytes (RSS); pages that several share count for each of them. */
  readonly residentBytes: number;
  /** The same with shared pages divided (PSS); undefined where the kernel does not tell it. */
  readonly proportionalBytes: number | undefined;
  /** The command line, which may hold secrets. */
  readonly argv: readonly string[];
}
