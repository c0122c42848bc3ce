/**
 * Commands that go on when the agent has ended: those of services that are started and stopped.
 *
 * @module
 */
import { supervisorArgv, supervisorText } from "../../core/process/supervisor.ts";
import type { CommandOptions } from "../../drivers/driver.ts";
import type { System } from "../../ports.ts";
import type { RunHeader } from "../../state/run_folder.ts";
import { makeRunFolder, readRunHeader, readRunStatus } from "../../state/run_folder.ts";
import { endTree } from "../run/supervision/end_tree.ts";
import type { ActionContext } from "./context.ts";
import { prepareFor } from "./command.ts";

/** A service may run for years: its output is looked at once a minute. */
const LOOK_SECONDS = 60;
/** How long a supervisor may take to start its command, on a busy host. */
const START_MS = 10_000;
const PAUSE_MS = 20;

/** Starts a command under a supervisor of its own; rejects with the reason when it does not run. */
export async function keepCommand(
  context: ActionContext,
  rid: string,
  command: string,
  { folder, ...options }: CommandOptions & { readonly folder: string },
): Promise<void> {
  const { agent: { system }, instance, sessionId } = context;
  const prepared = await prepareFor(context, rid, command, options);
  if ("refusal" in prepared) throw new Error(prepared.refusal);
  const { spec, token } = prepared;
  const { killGrace = 10 } = options;
  const group = system.processes.makeGroup(system.host.uuid());
  const header: RunHeader = {
    ...{ path: instance.name, rid, session_id: sessionId, token, group: group ?? null },
    ...{ timeout: null, kill_grace: killGrace, is_logged: false, log_at: 0, output_max: 0 },
  };
  const told = { folder, group, killGrace, lookSeconds: LOOK_SECONDS };
  try {
    makeRunFolder(system.files, folder, { header, supervisor: supervisorText(told, spec.argv) });
    system.processes.start({ ...spec, argv: supervisorArgv(folder) });
  } catch (error) {
    if (group !== undefined) system.processes.removeGroup(group);
    throw error;
  }
  await untilStarted(system, folder);
}

async function untilStarted({ files, clock }: System, folder: string): Promise<void> {
  const deadline = clock.monotonic() + START_MS;
  while (readRunStatus(files, folder)?.command === undefined) {
    if (clock.monotonic() > deadline) {
      throw new Error(
        `Cannot start the command: its supervisor told nothing of it within ${START_MS / 1000} s`,
      );
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Ends everything of a kept command, and gives the pids that could not be ended. */
export async function endKept(
  { agent: { system: { files, processes, clock, host } }, stop }: ActionContext,
  folder: string,
  graceSeconds: number,
): Promise<readonly number[]> {
  const header = readRunHeader(files, folder);
  const { supervisor } = readRunStatus(files, folder) ?? {};
  if (!header || !supervisor || supervisor.bootId !== host.bootId) return [];
  // The pid of a supervisor that is gone may be that of a stranger: then only marks and the group tell who is left.
  const isThere = processes.isAlive(supervisor);
  const root = isThere ? supervisor : { pid: -1, startTime: supervisor.startTime };
  const { survivors } = await endTree({ processes, clock }, root, {
    graceMs: graceSeconds * 1000,
    marks: [header.token],
    signal: stop.hurried,
    group: header.group ?? undefined,
    keeper: isThere ? { pid: supervisor.pid, watcherPid: supervisor.watcherPid } : undefined,
  });
  if (header.group !== null) processes.removeGroup(header.group);
  return survivors.map(({ pid }) => pid);
}
