import { join } from "@std/path";
import { RefusedError } from "../../core/errors.ts";
import type { Lock } from "../../ports.ts";
import type { ActionContext } from "./context.ts";

/** Lets one action at a time change the resources of a service; throws `RefusedError` when another one goes on too long. */
export async function lockService(context: ActionContext): Promise<Lock> {
  const { instance } = context;
  const seconds = instance.configuration.duration("DEFAULT", "lock_timeout") ?? 60;
  const lock = await tryLockService(context, seconds * 1000);
  if (lock !== undefined) return lock;
  throw new RefusedError(
    `Cannot act on ${instance.name}: another start or stop goes on since ${seconds} s (lock_timeout)`,
  );
}

/** The same lock; undefined when another action still has it after that time. */
export async function tryLockService(
  { agent: { system: { files } }, instance }: ActionContext,
  waitMs: number,
): Promise<Lock | undefined> {
  files.makeFolder(instance.stateFolder);
  return await files.lock(join(instance.stateFolder, "action.lock"), waitMs);
}
