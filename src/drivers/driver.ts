/**
 * What a driver is told, what it may touch, and what it offers.
 *
 * @module
 */
import type { Configuration } from "../core/config/configuration.ts";
import type { Argv } from "../core/process/command.ts";
import type { Limits } from "../core/process/limits.ts";
import type { Status } from "../core/status.ts";
import type { Clock, Files, Host, Network, Processes, Users } from "../ports.ts";

/** What a driver is told of the resource that it works on. */
export interface ResourceView {
  readonly rid: string;
  /** The service, as people write it. */
  readonly path: string;
  /** Where the memory of this resource is (last run, history); it may follow the service. */
  readonly memoryFolder: string;
  /** The private folder of this resource on this node. */
  readonly ridFolder: string;
  /** Where the instance keeps what a reboot must forget. */
  readonly runtimeFolder: string;
  readonly configuration: Configuration;
}

export interface StatusMessage {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

export interface DriverStatus {
  readonly status: Status;
  readonly messages: readonly StatusMessage[];
}

/** Everything that keywords say about how a command is started, whoever asks for it. */
export interface StartOptions {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly impersonate?: string | undefined;
  readonly cwd?: string | undefined;
  readonly umask?: number | undefined;
  readonly limits?: Limits;
  readonly path?: string | undefined;
  /** `NAME=value` words. */
  readonly environment?: readonly string[];
  readonly envInherit?: readonly string[];
  readonly shell?: boolean | undefined;
  /** Words after the command. */
  readonly extraArgs?: readonly string[];
  /** Makes the words of the command instead of its text, from the names of the variables that are meant for it. */
  readonly compose?: (names: readonly string[]) => Argv | { readonly refusal: string; readonly code: number };
}

/** How a driver's command is started: as a task of the same keywords would be. */
export interface CommandOptions extends StartOptions {
  /** `NAME=object/key` or `object/glob` words; the values of secrets are masked in the log. */
  readonly configsEnvironment?: readonly string[];
  readonly secretsEnvironment?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds until the whole process tree is ended; undefined for no limit. */
  readonly timeout?: number | undefined;
  /** Seconds between TERM and KILL; 10 by default. */
  readonly killGrace?: number;
  /** True keeps the output out of the log. */
  readonly isQuiet?: boolean;
}

/** How a command ended. */
export interface CommandOutcome {
  /** 128+n after a signal, 124 after the timeout, 126 or 127 when it could not be started. */
  readonly code: number;
  readonly signal: string | null;
  /** Why it failed, in words; null when it exited with 0. */
  readonly reason: string | null;
  readonly isTimedOut: boolean;
  /** Lines of both streams, at most the last hundred. */
  readonly lines: readonly string[];
}

/** How a program of the host ended. */
export interface ToolOutcome {
  /** 124 after the time limit, 127 when it is not installed. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a driver says to the log of the service; the rid is added. */
export interface DriverJournal {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}

/** What a driver may touch. Made for one resource and one action. */
export interface DriverPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly users: Users;
  readonly network: Network;
  readonly host: Pick<Host, "bootId" | "environment" | "findProgram" | "hostName" | "uuid">;
  /** The name of this node. */
  readonly node: string;
  readonly journal: DriverJournal;
  /** Aborted when the operator wants the action to end. */
  readonly stopping: AbortSignal;
  /**
   * Runs a program of the host (`mount`, `ip`, `docker`) as the agent itself, in an environment of PATH and LC_ALL=C,
   * without input. Its whole process tree is ended after `timeoutMs` (60 s by default) or when the action is to stop.
   * Never throws.
   */
  tool(
    argv: readonly [string, ...string[]],
    options?: {
      readonly timeoutMs?: number;
      readonly onLine?: (line: string) => void;
      /** Added to the environment. */
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<ToolOutcome>;
  /** Runs a configured command to its end, through the starter and the wrappers of tasks. Never throws. */
  run(command: string, options?: CommandOptions): Promise<CommandOutcome>;
  /**
   * Starts a configured command that outlives the agent, under a supervisor that keeps its output and its end in a
   * private folder (see `readRunStatus`), which is made anew. Resolves when it runs; rejects with the reason when it
   * must not or cannot be started.
   */
  keep(command: string, options: CommandOptions & { readonly folder: string }): Promise<void>;
  /** Ends everything that `keep` started there, TERM then KILL; resolves to the pids that go on nevertheless. */
  endKept(folder: string, graceSeconds: number): Promise<readonly number[]>;
}

/** The code behind one kind of resource; actions that it does not have are absent. A failed action throws an `Error` with the reason. */
export interface Driver {
  /** Group and type, such as `fs.flag`. */
  readonly id: string;
  /** Whether its status takes more than a look at files: it then never holds up the scheduler. */
  readonly isSlow?: boolean;
  /** The keywords that tell what the resource is made of, for `print resinfo`; never one whose value is a secret. */
  readonly infoOptions?: readonly string[];
  /** What the resource is, in a word or two, for the status. */
  label(resource: ResourceView): string;
  /** The state now; the journal goes nowhere. Throws when it cannot be told: that is `undef`. */
  status(ports: DriverPorts, resource: ResourceView): DriverStatus | Promise<DriverStatus>;
  /**
   * A text that is another one when the status may be another one, had by a cheap look at files; absent where there is
   * no such look. Only asked while a task waits for the resource.
   */
  fingerprint?(ports: Pick<DriverPorts, "files" | "network">, resource: ResourceView): string;
  /** Makes it up; does nothing but say so when it is already. */
  start?(ports: DriverPorts, resource: ResourceView): void | Promise<void>;
  /** Makes it down; does nothing but say so when it is already. */
  stop?(ports: DriverPorts, resource: ResourceView): void | Promise<void>;
  /** Makes what `start` needs; called once, before the first start. */
  provision?(ports: DriverPorts, resource: ResourceView): void | Promise<void>;
  /** Removes what `provision` made. */
  unprovision?(ports: DriverPorts, resource: ResourceView): void | Promise<void>;
}

/** A status without anything to say about it. */
export function plainly(status: Status): DriverStatus {
  return { status, messages: [] };
}
