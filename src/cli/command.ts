/**
 * The shape of a command: one specification that parses, documents and completes.
 *
 * @module
 */
import type { Log, System } from "../ports.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { Flags } from "./flag_values.ts";

export type { FlagKind, FlagSpec } from "./flag_spec.ts";

/** Where in the help a command is listed. */
export type Scope = "service" | "daemon" | "node" | "schedule" | "agent";

/** A word that a command takes after its name, such as an expression. */
export interface PositionalSpec {
  /** Such as `EXPRESSION`. */
  readonly name: string;
  readonly text: string;
  readonly isMany?: boolean;
  readonly isOptional?: boolean;
  /** The only words that are accepted. */
  readonly choices?: readonly string[];
}

/** A worked example of the help; its command starts with `agent`. */
export interface Example {
  readonly command: string;
  readonly text: string;
}

/** A command: how it is typed, what is said about it, and what it does. */
export interface CommandSpec {
  /** As typed, such as `["print", "schedule"]`; after the selector for scope `service`, at the start otherwise. */
  readonly words: readonly [string, ...string[]];
  /** Other spellings, such as `["schedule", "list"]`. */
  readonly aliases?: readonly (readonly [string, ...string[]])[];
  readonly scope: Scope;
  /** For scope `service`: whether it also works as the first word, on all services. */
  readonly isSelectorOptional?: boolean;
  /** One line, lower case, no final period. */
  readonly summary: string;
  /** Everything after `agent`; made from the other fields when absent. */
  readonly usage?: string;
  readonly flags: readonly FlagSpec[];
  /** Whether it prints data, and so has `--format`. */
  readonly isData?: boolean;
  readonly positional?: PositionalSpec;
  /** Whether words after `--` are handed on. */
  readonly passthrough?: boolean;
  readonly examples: readonly [Example, ...Example[]];
  /** Paragraphs of the long help; a line that starts with a blank is kept as it is. */
  readonly details?: string;
  /** Does it, and resolves to the exit code. */
  run(invocation: Invocation, system: System): Promise<number>;
}

/** A command line that was understood. */
export interface Invocation {
  readonly command: CommandSpec;
  /** All commands of the program, for those that talk about commands. */
  readonly commands: readonly CommandSpec[];
  /** What the services were named by; undefined where the command needs none. */
  readonly selector: string | undefined;
  readonly flags: Flags;
  readonly positionals: readonly string[];
  /** Words after `--`; undefined when there was no `--`. */
  readonly passthrough: readonly string[] | undefined;
  /** The console, at the level that `--debug` and `--quiet` ask for. */
  readonly log: Log;
}
