import { ON_ERROR_TIMEOUT } from "../../drivers/task/hooks.ts";
import { claimCall } from "../../state/hook_calls.ts";
import type { Attempt } from "../run/supervision/attempt.ts";
import type { ExecutionOutcome } from "../run/run_end.ts";
import { runTrigger } from "../run/triggers.ts";
import { messageOf } from "./call_hook.ts";
import { timesOf } from "./run_hooks.ts";

/**
 * Runs `on_error` as the task's user after the last attempt, telling it how the command ended. It is waited for, for as
 * long as it may take, called at each failure unless `hook_interval` is set, and never changes what became of the run.
 */
export async function runOnError(
  attempt: Attempt,
  outcome: ExecutionOutcome,
  attempts: number,
): Promise<void> {
  const { run: { journal, resource: { rid } }, settings: { onError: command } } = attempt;
  if (command === undefined) return;
  try {
    const heldBack = await claim(attempt);
    if (heldBack === undefined) return journal.info("on_error: held back: called a short time ago", rid);
    await call(attempt, command, {
      OPENSVC_EXITCODE: String(outcome.code),
      OPENSVC_SIGNAL: outcome.signal ?? "",
      OPENSVC_REASON: outcome.reason ?? "",
      ...timesOf(attempt, attempts),
      OPENSVC_HOOK: "on_error",
      OPENSVC_HOOK_SUPPRESSED: String(heldBack),
    });
  } catch (error) {
    journal.warning(`on_error: it cannot be called: ${messageOf(error)}`, rid);
  }
}

/** How many calls were held back before this one; undefined when this one is, too. */
async function claim({ run, settings: { hooks } }: Attempt): Promise<number | undefined> {
  if (!hooks.interval) return 0;
  const { agent: { system }, resource: { ridFolder, rid }, journal } = run;
  const request = {
    ridFolder,
    hook: "on_error",
    now: system.clock.now(),
    intervalMs: hooks.interval * 1000,
  };
  try {
    const outcome = await claimCall(system.files, request);
    return outcome.kind === "granted" ? outcome.heldBack : undefined;
  } catch (error) {
    journal.warning(`on_error: its calls cannot be counted: ${messageOf(error)}`, rid);
    return 0;
  }
}

async function call({ run, settings, prepared }: Attempt, command: string, told: Record<string, string>) {
  if (prepared === undefined) return;
  const { journal, resource: { rid }, request: { stop } } = run;
  await runTrigger({
    name: "on_error",
    command,
    request: prepared.hookRequest(told),
    journal,
    rid,
    stop: stop.afterwards(),
    timeout: settings.hooks.timeout ?? settings.timeout ?? ON_ERROR_TIMEOUT,
  });
}
