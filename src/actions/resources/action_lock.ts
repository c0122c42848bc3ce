import { join } from "@std/path";
import { RefusedError } from "../../core/errors.ts";
import type { Lock } from "../../ports.ts";
import type { StopRequest } from "../run/stop_request.ts";
import type { ActionContext } from "./context.ts";

/**
 * Lets one action at a time change the resources of a service; throws `RefusedError` when another one goes on too long,
 * or when this one is not wanted any more.
 */
export async function lockService(context: ActionContext): Promise<Lock> {
  const { instance, journal, stop } = context;
  const free = await tryLockService(context, 0);
  if (free !== undefined) return free;
  const seconds = instance.configuration.duration("DEFAULT", "lock_timeout") ?? 60;
  const other = "another start or stop goes on";
  journal.info(`${other}: it is waited for, at most ${seconds} s (lock_timeout)`);
  const waiting = tryLockService(context, seconds * 1000);
  const lock = await Promise.race([waiting, untilAsked(stop)]);
  if (lock !== undefined) return lock;
  void waiting.then((late) => late?.release());
  const since = stop.asked.aborted ? `: interrupted by ${stop.signal}` : ` since ${seconds} s (lock_timeout)`;
  throw new RefusedError(`Cannot act on ${instance.name}: ${other}${since}`);
}

function untilAsked({ asked }: StopRequest): Promise<undefined> {
  return new Promise((resolve) => {
    if (asked.aborted) resolve(undefined);
    else asked.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** The same lock; undefined when another action still has it after that time. */
export async function tryLockService(
  { agent: { system: { files } }, instance }: ActionContext,
  waitMs: number,
): Promise<Lock | undefined> {
  files.makeFolder(instance.stateFolder);
  return await files.lock(join(instance.stateFolder, "action.lock"), waitMs);
}
