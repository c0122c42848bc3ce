import type { Variables } from "../../core/process/environment.ts";
import type { Hook, HookSettings } from "../../drivers/task/hooks.ts";
import { HOOK_INTERVAL, HOOK_TIMEOUT } from "../../drivers/task/hooks.ts";
import type { CallRequest } from "../../state/hook_calls.ts";
import { claimCall, enterHook, noteHeldBack } from "../../state/hook_calls.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import type { Resource } from "../load.ts";
import type { CommandRequest } from "../run/preparation/prepare.ts";
import { runTrigger } from "../run/triggers.ts";

/** One wish to tell something by a command. */
export interface HookCall {
  readonly hook: Hook;
  readonly agent: Agent;
  readonly resource: Pick<Resource, "rid" | "ridFolder">;
  readonly journal: Journal;
  readonly settings: Pick<HookSettings, "commands" | "timeout" | "interval">;
  /** What the hook is told besides its own name. */
  readonly variables: Variables;
  request(variables: Variables): CommandRequest | Promise<CommandRequest>;
}

/**
 * Calls a hook beside whatever goes on, and returns at once. It can neither block nor fail anything: every trouble with
 * it is a warning.
 */
export function callHook(call: HookCall): void {
  const { hook, agent, settings, journal, resource: { rid } } = call;
  const command = settings.commands[hook];
  if (command === undefined) return;
  const isStarted = agent.hooks.start("command", async () => {
    try {
      await callInTurn(call, command);
    } catch (error) {
      journal.warning(`${hook}: it cannot be called: ${messageOf(error)}`, rid);
    }
  });
  if (!isStarted) journal.warning(`${hook}: not called: too many hooks wait, or the agent ends`, rid);
}

/** One at a time, not too often. */
async function callInTurn(call: HookCall, command: string): Promise<void> {
  const { hook, agent: { system }, resource: { rid, ridFolder }, journal, settings } = call;
  const request: CallRequest = {
    ridFolder,
    hook,
    now: system.clock.now(),
    intervalMs: (settings.interval ?? HOOK_INTERVAL) * 1000,
  };
  const entered = enterHook(system.files, request);
  if (entered === undefined) {
    journal.info(`${hook}: held back: its last call still runs`, rid);
    return await noteHeldBack(system.files, request);
  }
  try {
    const claimed = await claim(call, request);
    if (claimed === undefined) return journal.info(`${hook}: held back: called a short time ago`, rid);
    await execute(call, command, claimed);
  } finally {
    entered.release();
  }
}

/** How many calls were held back before this one; undefined when this one is, too. A full disk holds nothing back. */
async function claim({ hook, agent, journal, resource }: HookCall, request: CallRequest) {
  try {
    const outcome = await claimCall(agent.system.files, request);
    return outcome.kind === "granted" ? outcome.heldBack : undefined;
  } catch (error) {
    journal.warning(`${hook}: its calls cannot be counted: ${messageOf(error)}`, resource.rid);
    return 0;
  }
}

async function execute(call: HookCall, command: string, heldBack: number): Promise<void> {
  const { hook, agent, journal, resource: { rid }, settings, variables } = call;
  await runTrigger({
    name: hook,
    command,
    request: await call.request({
      ...variables,
      OPENSVC_HOOK: hook,
      OPENSVC_HOOK_SUPPRESSED: String(heldBack),
    }),
    journal,
    // Its lines stand among those of the run.
    output: journal.prefixed(`${hook} `),
    rid,
    stop: agent.hooks.stop,
    timeout: settings.timeout ?? HOOK_TIMEOUT,
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
