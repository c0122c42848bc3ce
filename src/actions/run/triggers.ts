import { messageOf } from "../../core/error_text.ts";
import type { Trigger } from "../../drivers/task/settings.ts";
import { DEFAULT_OUTPUT_MAX } from "../../drivers/task/settings.ts";
import type { Journal } from "../journal.ts";
import type { Attempt } from "./supervision/attempt.ts";
import { execute } from "./execute.ts";
import type { CommandRequest, PreparedCommand, Refused } from "./preparation/prepare.ts";
import { prepareCommand } from "./preparation/prepare.ts";
import type { StopRequest } from "./stop_request.ts";

/** Seconds between TERM and KILL for a trigger, which has no timeout of its own. */
const TRIGGER_GRACE = 10;

/** A command around a task or an action. */
export interface TriggerRun {
  /** The keyword, such as `blocking_pre_start`. */
  readonly name: string;
  readonly command: string;
  readonly request: CommandRequest;
  readonly journal: Journal;
  /** Where its output goes instead. */
  readonly output?: Journal;
  readonly rid: string | undefined;
  readonly stop: StopRequest;
  readonly timeout?: number | undefined;
}

/** Runs a trigger and says why it failed; a non-blocking one is only reported. */
export async function runTrigger(trigger: TriggerRun): Promise<string | undefined> {
  const { name, command, journal, rid, request } = trigger;
  journal.info(`${name}: ${command}`, rid);
  const prepared = prepareQuietly(command, request);
  const outcome = "refusal" in prepared ? { code: 1, reason: prepared.refusal } : await execute(
    request.agent.system,
    trigger.output ?? journal,
    {
      spec: prepared.spec,
      rid,
      isLogged: true,
      outputMax: DEFAULT_OUTPUT_MAX,
      timeout: trigger.timeout,
      killGrace: TRIGGER_GRACE,
      token: prepared.token,
      killerArgv: prepared.killerArgv,
      stop: trigger.stop,
    },
  );
  if (outcome.reason === null) return undefined;
  const isBlocking = name.startsWith("blocking_");
  const problem = `${name}: ${command} ${
    isBlocking ? "" : "non-"
  }blocking error [${outcome.code}]: ${outcome.reason}`;
  if (!isBlocking) {
    journal.warning(problem, rid);
    return undefined;
  }
  journal.error(problem, rid);
  return problem;
}

/** What goes wrong before a trigger is started is a failure of the trigger, and not of the task around it. */
function prepareQuietly(command: string, request: CommandRequest): PreparedCommand | Refused {
  try {
    request.agent.system.files.makeFolder(request.instance.stateFolder);
    return prepareCommand(command, request);
  } catch (error) {
    return { refusal: messageOf(error), code: 1 };
  }
}

/** Runs those of the named triggers that the task has, in order; gives the first blocking failure. */
export async function runTriggers(attempt: Attempt, names: readonly Trigger[]): Promise<string | undefined> {
  const { run, settings, prepared } = attempt;
  if (prepared === undefined) return undefined;
  for (const name of names) {
    const command = settings.triggers[name];
    if (command === undefined) continue;
    const { journal, resource: { rid }, request: { stop } } = run;
    const request = prepared.triggerRequest;
    const problem = await runTrigger({ name, command, request, journal, rid, stop });
    if (problem !== undefined) return problem;
  }
  return undefined;
}
