import type { CommandOptions, CommandOutcome } from "../../drivers/driver.ts";
import { DEFAULT_OUTPUT_MAX } from "../../drivers/task/settings.ts";
import { Mask } from "../../core/secrets/mask.ts";
import type { Journal } from "../journal.ts";
import { Journal as QuietJournal } from "../journal.ts";
import { execute } from "../run/execute.ts";
import type { CommandRequest, PreparedCommand, Refused } from "../run/preparation/prepare.ts";
import { prepareCommand } from "../run/preparation/prepare.ts";
import { readTaskSecrets } from "../secrets/task_secrets.ts";
import type { ActionContext } from "./context.ts";

/** Seconds between TERM and KILL. */
const GRACE = 10;
const MAX_LINES = 100;

/** Runs a command of a resource to its end; what it writes goes to the log, unless it is quiet. */
export async function runCommand(
  context: ActionContext,
  rid: string,
  command: string,
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const prepared = await prepareFor(context, rid, command, options);
  if ("refusal" in prepared) return failed(126, prepared.refusal);
  const { system } = context.agent;
  const lines: string[] = [];
  const journal: Journal = options.isQuiet ? new QuietJournal(system.clock, {}, []) : prepared.journal;
  const { spec, token, killerArgv } = prepared;
  const outcome = await execute(system, journal, {
    ...{ spec, token, killerArgv, rid, isLogged: true, outputMax: DEFAULT_OUTPUT_MAX, stop: context.stop },
    timeout: options.timeout,
    killGrace: options.killGrace ?? GRACE,
    onLine: (line) => {
      // Lines become part of a status or of an error, where nobody masks them any more.
      if (lines.push(prepared.journal.mask.apply(line)) > MAX_LINES) lines.shift();
    },
  });
  const { code, signal, reason, isTimedOut } = outcome;
  return { code, signal, reason, isTimedOut, lines };
}

/** A command that is ready to start, and a journal that shows none of its secrets. */
export interface Ready extends PreparedCommand {
  readonly journal: Journal;
}

/** Decides everything about a command of a resource. */
export async function prepareFor(
  { agent, instance, sessionId, journal: unmasked }: ActionContext,
  rid: string,
  command: string,
  options: CommandOptions,
): Promise<Ready | Refused> {
  const { timeout: _timeout, killGrace: _grace, isQuiet: _quiet, variables = {}, ...own } = options;
  const mask = new Mask();
  const objects = await readTaskSecrets(
    { agent, instance, sessionId, resource: { rid }, request: { environment: {} } },
    {
      configsEnvironment: options.configsEnvironment ?? [],
      secretsEnvironment: options.secretsEnvironment ?? [],
      secretFiles: [],
      environment: options.environment ?? [],
    },
    mask,
  );
  if ("refusal" in objects) return objects;
  // Its default folder; a resource may be started before any task has run.
  agent.system.files.makeFolder(instance.stateFolder);
  const request: CommandRequest = {
    ...own,
    agent,
    instance,
    rid,
    objects: objects.variables,
    variables: [variables],
    origin: "user",
    sessionId,
    runId: agent.system.host.uuid(),
  };
  const prepared = prepareCommand(command, request);
  return "refusal" in prepared ? prepared : { ...prepared, journal: unmasked.masking(mask) };
}

function failed(code: number, reason: string): CommandOutcome {
  return { code, signal: null, reason, isTimedOut: false, lines: [] };
}
