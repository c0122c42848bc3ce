import type { Slot } from "../../state/slots.ts";
import { surveySlots, takeSlot } from "../../state/slots.ts";
import type { SyncRun } from "./request.ts";

const RETRY_MS = 100;

/**
 * Takes the one slot of a synchronisation, waiting for it as long as the request allows, or says who has it. An rsync
 * that lost its agent and goes on has it too.
 */
export async function acquireSyncSlot(run: SyncRun): Promise<Slot | { readonly reason: string }> {
  const { agent: { system }, resource: { ridFolder }, request } = run;
  const deadline = system.clock.monotonic() + request.waitMs;
  for (;;) {
    const outcome = await takeSlot(system, {
      ridFolder,
      limit: 1,
      countsOrphans: true,
      record: recordOf(run),
    });
    for (const { slot } of outcome.ended) await slot[Symbol.asyncDispose]();
    if (outcome.kind === "taken") return outcome.slot;
    if (system.clock.monotonic() >= deadline || request.stop.asked.aborted) {
      return { reason: syncBusyReason(system, ridFolder) };
    }
    await system.clock.sleep(RETRY_MS, request.stop.asked);
  }
}

function recordOf({ agent, request, sessionId }: SyncRun) {
  const { clock, users } = agent.system;
  const { plannedAt, origin } = request;
  return {
    session_id: sessionId,
    at: new Date(clock.now()).toISOString(),
    planned_at: plannedAt === undefined ? null : new Date(plannedAt * 1000).toISOString(),
    origin,
    user: users.findUser(String(users.self.uid))?.name ?? String(users.self.uid),
  };
}

/** Says that a synchronisation goes on, and who does it where that is known. */
export function syncBusyReason(system: Parameters<typeof surveySlots>[0], ridFolder: string): string {
  const [holder] = surveySlots(system, ridFolder).living;
  const who = holder === undefined
    ? ""
    : ` (process ${holder.command_pid ?? holder.pid}, since ${holder.at})`;
  return `synchronisation is already running${who}`;
}
