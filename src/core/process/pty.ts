/**
 * The pseudo-terminal of an interactive command: who makes it, and stands between it and the operator's own terminal.
 *
 * @module
 */
import { quote } from "./quote.ts";

/** `wrapper` is the one that changes the user, by a flag or by policy; `none` leaves the operator's own terminal. */
export type PtyHolder =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "wrapper" }
  | { readonly kind: "none" };

/** What this host has for it. */
export interface PtyPrograms {
  /** Path of the `script` of util-linux; that of BusyBox loses the exit code and does not count. */
  readonly script: string | undefined;
  /** Path of a `setpriv` that can have its program told of the agent's death, which nobody else would tell it of. */
  readonly guard: string | undefined;
  /** Whether that wrapper makes a pseudo-terminal by itself. */
  makesPty(wrapper: "runuser" | "su" | "sudo"): boolean;
}

/**
 * Chooses the holder for a wrapper; undefined when the command would get the operator's own terminal as another user.
 *
 * `sudo` only makes one when its policy says so: with `script` around it nothing depends on that. A command that stays
 * the agent's own user may have the operator's terminal: whoever runs it can do there what it can do.
 */
export function chooseHolder(
  wrapper: "none" | "setpriv" | "runuser" | "su" | "sudo",
  { script, makesPty }: PtyPrograms,
): PtyHolder | undefined {
  const byScript = script === undefined ? undefined : { kind: "script", path: script } as const;
  switch (wrapper) {
    case "none":
      return byScript ?? { kind: "none" };
    case "setpriv":
      return byScript;
    case "runuser":
    case "su":
      return makesPty(wrapper) ? { kind: "wrapper" } : byScript;
    case "sudo":
      return byScript ?? (makesPty(wrapper) ? { kind: "wrapper" } : undefined);
  }
}

/** The number of the controlling terminal in a line of `/proc/PID/stat`; 0 for none, or what is no such line. */
export function terminalOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4] ?? 0) || 0;
}

/** Not the last command of its shell, which would become it. */
const WAIT_FOR = '"$@"; exit $?';

/**
 * The same command line, which gets TERM when the agent dies: even `kill -9` leaves no command that nobody can reach, and
 * the holder puts the terminal back.
 *
 * The shell between them dies with the agent. Without it the death of each of the agent's threads would count, and a
 * second TERM ends the holder at once.
 */
export function guarded(guard: string, argv: readonly string[]): [string, ...string[]] {
  const shell = ["/bin/sh", "-c", WAIT_FOR, "agent"];
  return [guard, "--pdeathsig", "KILL", "--", ...shell, guard, "--pdeathsig", "TERM", "--", ...argv];
}

/**
 * The command line that runs another one on a pseudo-terminal of `script`, which hands on the exit code.
 *
 * It belongs to the user `owner` when that is given, as after a login: else that user could not open `/dev/stdout`.
 */
export function underScript(
  script: string,
  argv: readonly string[],
  owner?: number,
): [string, ...string[]] {
  const own = owner === undefined ? "" : `chown ${owner} /proc/self/fd/0 2>/dev/null; `;
  return [script, "-qec", `${own}exec ${argv.map(quote).join(" ")}`, "/dev/null"];
}
