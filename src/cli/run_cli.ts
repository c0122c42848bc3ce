import type { Level } from "../core/log/entry.ts";
import { escapeControl } from "../core/text/escape.ts";
import type { System } from "../ports.ts";
import { parseCommandLine, type ParsedArgs } from "./args.ts";
import { isColored } from "./color.ts";
import type { CommandSpec } from "./command.ts";
import { ConsoleLog } from "./console_log.ts";
import { EXIT_CODES, exitCodeFor } from "./exit_code.ts";
import type { Flags } from "./flag_values.ts";
import { commandText, overviewText, type Topic, usageText } from "./help.ts";
import { UsageError } from "./usage_error.ts";

/** What the program consists of. */
export interface Program {
  readonly commands: readonly CommandSpec[];
  /** Further texts that the overview names. */
  readonly topics?: readonly Topic[];
}

/** What a process reports that was ended by SIGPIPE: the reader of its output has left, and wants no words about it. */
const BROKEN_PIPE_CODE = 141;

/**
 * Runs one command line and resolves to the exit code. It never rejects: whatever is thrown becomes one line on
 * standard error, with its stack only after `--debug`.
 */
export async function runCli(argv: readonly string[], system: System, program: Program): Promise<number> {
  let log: ConsoleLog | undefined;
  try {
    const asked = parseCommandLine(argv, program.commands, system.host.calledAs);
    if (asked.kind !== "run") return show(asked, system, program);
    const { parsed } = asked;
    const flags = withAbsoluteRoot(parsed.flags, system);
    log = consoleLog(flags, system);
    return await parsed.command.run({ ...parsed, flags, commands: program.commands, log }, system);
  } catch (error) {
    return reportError(error, system, log);
  }
}

/** Tells of an error in one line and gives the exit code; silent when the reader of the output is gone. */
export function reportError(
  error: unknown,
  system: Pick<System, "terminal" | "clock">,
  log?: ConsoleLog,
): number {
  if (isBrokenPipe(error)) return BROKEN_PIPE_CODE;
  try {
    system.terminal.write("stderr", `agent: ${escapeControl(describeError(error))}\n`);
    for (const line of stackOf(error)) log?.write({ at: system.clock.now(), level: "DEBUG", message: line });
  } catch (failure) {
    if (!isBrokenPipe(failure)) throw failure;
  }
  return exitCodeFor(error);
}

/** The message of an error with those of its causes that it does not quote, or of all that it gathers. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message === "" ? error.name : error.message;
  if (error instanceof AggregateError) return `${own}: ${error.errors.map(describeError).join("; ")}`;
  const cause = error.cause === undefined ? "" : describeError(error.cause);
  const isQuoted = own.includes(cause.replace(/^Cannot read /, ""));
  return isQuoted ? own : `${own}: ${cause}`;
}

function show(asked: Exclude<ParsedArgs, { kind: "run" }>, system: System, program: Program): number {
  switch (asked.kind) {
    case "nothing":
      system.terminal.write("stderr", usageText());
      return EXIT_CODES.usage;
    case "overview":
      system.terminal.write("stdout", overviewText(program.commands, program.topics));
      return EXIT_CODES.done;
    case "help":
      system.terminal.write("stdout", commandText(asked.command));
      return EXIT_CODES.done;
    case "version":
      system.terminal.write("stdout", versionText(system));
      return EXIT_CODES.done;
  }
}

function versionText({ host: { version } }: Pick<System, "host">): string {
  const commit = version.commit === "" ? "" : ` (${version.commit})`;
  return `agent ${version.agent}${commit}\nruntime ${version.runtime}\nzones ${version.zones}\n`;
}

function consoleLog(flags: Flags, { terminal, clock, host }: System): ConsoleLog {
  const level: Level = flags.boolean("debug") ? "DEBUG" : flags.boolean("quiet") ? "ERROR" : "INFO";
  const isPainted = isColored(flags.string("color"), "stderr", terminal, host.environment);
  return new ConsoleLog(terminal, clock, { isColored: isPainted, level });
}

/** A folder that is named relative to the current one stays the same for whatever runs elsewhere later. */
function withAbsoluteRoot(flags: Flags, { files }: Pick<System, "files">): Flags {
  const root = flags.string("root");
  if (root === "") throw new UsageError("Cannot use --root: it is empty, expected a folder");
  if (root === undefined || root.startsWith("/")) return flags;
  return flags.with("root", `${files.realPath(".") ?? ""}/${root}`);
}

/** The adapter's class is out of reach from here; its name is not. */
function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && error.name === "BrokenPipe";
}

function stackOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? "").split("\n").slice(1).map((line) => line.trim()) : [];
}
