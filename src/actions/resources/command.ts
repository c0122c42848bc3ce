import type { CommandOptions, CommandOutcome } from "../../drivers/driver.ts";
import type { ProcessId } from "../../ports.ts";
import type { Journal } from "../journal.ts";
import { Journal as QuietJournal } from "../journal.ts";
import { execute } from "../run/execute.ts";
import type { CommandRequest, PreparedCommand, Refused } from "../run/prepare.ts";
import { prepareCommand } from "../run/prepare.ts";
import type { ActionContext } from "./context.ts";

/** Seconds between TERM and KILL. */
const GRACE = 10;
const OUTPUT_MAX = 1_048_576;
const MAX_LINES = 100;

/** Runs a command of a resource to its end; what it writes goes to the log, unless it is quiet. */
export async function runCommand(
  context: ActionContext,
  rid: string,
  command: string,
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const prepared = prepare(context, rid, command, options);
  if ("refusal" in prepared) return failed(126, prepared.refusal);
  const { system } = context.agent;
  const lines: string[] = [];
  const journal: Journal = options.isQuiet ? new QuietJournal(system.clock, {}, []) : context.journal;
  const { spec, token, killerArgv } = prepared;
  const outcome = await execute(system, journal, {
    ...{ spec, token, killerArgv, rid, isLogged: true, outputMax: OUTPUT_MAX, stop: context.stop },
    timeout: options.timeout,
    killGrace: options.killGrace ?? GRACE,
    onLine: (line) => {
      if (lines.push(line) > MAX_LINES) lines.shift();
    },
  });
  const { code, signal, reason, isTimedOut } = outcome;
  return { code, signal, reason, isTimedOut, lines };
}

/** Starts a command that outlives the agent. Throws with the reason when it must not be started. */
export function launchCommand(
  context: ActionContext,
  rid: string,
  command: string,
  options: CommandOptions & { readonly outputFile: string; readonly mark?: string },
): ProcessId {
  const prepared = prepare(context, rid, command, options, options.mark);
  if ("refusal" in prepared) throw new Error(prepared.refusal);
  const { spec } = prepared;
  const redirected = ["/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1', options.outputFile, ...spec.argv] as const;
  const { pid, startTime } = context.agent.system.processes.start({ ...spec, argv: redirected });
  return { pid, startTime };
}

function prepare(
  { agent, instance, sessionId }: ActionContext,
  rid: string,
  command: string,
  options: CommandOptions,
  mark: string = agent.system.host.uuid(),
): PreparedCommand | Refused {
  const { timeout: _timeout, killGrace: _grace, isQuiet: _quiet, variables = {}, ...own } = options;
  // Its default folder; a resource may be started before any task has run.
  agent.system.files.makeFolder(instance.stateFolder);
  const request: CommandRequest = {
    ...own,
    agent,
    instance,
    rid,
    variables: [variables],
    origin: "user",
    sessionId,
    runId: mark,
  };
  return prepareCommand(command, request);
}

function failed(code: number, reason: string): CommandOutcome {
  return { code, signal: null, reason, isTimedOut: false, lines: [] };
}
