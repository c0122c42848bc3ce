/**
 * Signals of Linux on x86-64 and arm64: their numbers, and what a shell says of a command that one of them ended.
 *
 * @module
 */

export const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** How the C library describes the signals that end a process, which is how a shell reports such an end. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  SIGHUP: "Hangup",
  SIGQUIT: "Quit",
  SIGILL: "Illegal instruction",
  SIGTRAP: "Trace/breakpoint trap",
  SIGABRT: "Aborted",
  SIGBUS: "Bus error",
  SIGFPE: "Floating point exception",
  SIGKILL: "Killed",
  SIGUSR1: "User defined signal 1",
  SIGSEGV: "Segmentation fault",
  SIGUSR2: "User defined signal 2",
  SIGALRM: "Alarm clock",
  SIGTERM: "Terminated",
  SIGXCPU: "CPU time limit exceeded",
  SIGXFSZ: "File size limit exceeded",
  SIGVTALRM: "Virtual timer expired",
  SIGPROF: "Profiling timer expired",
  SIGSYS: "Bad system call",
};

/**
 * The signal that ended a command, when the shell that waited for it gave this code and said so in one of these lines.
 *
 * A code above 128 alone is no proof: a program may exit with it. Of INT and PIPE shells say nothing: such an end is
 * told by its code only.
 */
export function signalOf(code: number, lines: readonly string[]): string | undefined {
  const name = Object.keys(SIGNAL_NUMBERS).find((signal) => SIGNAL_NUMBERS[signal] === code - 128);
  const description = name === undefined ? undefined : DESCRIPTIONS[name];
  if (description === undefined) return undefined;
  return lines.some((line) => line.includes(description)) ? name : undefined;
}
