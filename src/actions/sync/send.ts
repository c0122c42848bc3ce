/**
 * Sending to one target.
 *
 * @module
 */
import type { RsyncAbilities } from "../../core/sync/rsync_argv.ts";
import { describeRsyncCode, rsyncArguments, VANISHED } from "../../core/sync/rsync_argv.ts";
import type { TransferStats } from "../../core/sync/rsync_output.ts";
import { remoteArgv } from "../../core/sync/ssh.ts";
import type { SyncTarget } from "../../core/sync/targets.ts";
import { nodeNameProblem } from "../../core/sync/targets.ts";
import { quote } from "../../core/process/quote.ts";
import type { RsyncSettings } from "../../drivers/sync/settings.ts";
import type { Slot } from "../../state/slots.ts";
import { runSyncCommand } from "./command.ts";
import { localProblem, rootProblem } from "./place_problem.ts";
import { ProgressLine } from "./progress_line.ts";
import type { SyncRun } from "./request.ts";

/** What is sent, and how. */
export interface Shipment {
  readonly settings: RsyncSettings;
  readonly sources: readonly string[];
  readonly abilities: RsyncAbilities;
  readonly slot: Slot;
}

/** How it went; without a reason, the target has the data. */
export interface Delivery {
  readonly reason: string | undefined;
  /** Of rsync or ssh; null when none was started. */
  readonly code: number | null;
  readonly isStopped: boolean;
  readonly stats: TransferStats;
}

/** Rsync ends by itself when it receives nothing for so long, in seconds. */
const IO_TIMEOUT = 3600;
/** A look at the other side takes no longer, in seconds. */
const LOOK_TIMEOUT = 60;

/** Sends to one target, after a look at its file system. */
export async function sendTo(run: SyncRun, shipment: Shipment, target: SyncTarget): Promise<Delivery> {
  const { sources, settings } = shipment;
  const { files } = run.agent.system;
  const problem = rootProblem(sources, settings) ??
    (target.group === "local" ? localProblem(files, sources, settings) : nodeNameProblem(target.node));
  if (problem !== undefined) return { reason: problem, code: null, isStopped: false, stats: {} };
  return await unmounted(run, shipment, target) ?? await transfer(run, shipment, target);
}

async function unmounted(
  run: SyncRun,
  { settings: { destinationFs, user } }: Shipment,
  { group, node }: SyncTarget,
): Promise<Delivery | undefined> {
  if (destinationFs === undefined) return undefined;
  const options = run.agent.node.sshOptions;
  const text = `mountpoint -q ${quote(destinationFs)}`;
  const argv = group === "local"
    ? ["mountpoint", "-q", destinationFs] as const
    : remoteArgv({ options, user: remoteUser(run, user), node, text }) as [string, ...string[]];
  const end = await runSyncCommand(run, { argv, timeout: LOOK_TIMEOUT });
  if (end.code === 0) return undefined;
  const hasNoAnswer = end.isStopped || end.isTimedOut || end.code === 255;
  const reason = hasNoAnswer
    ? end.code === 255 ? "ssh could not connect" : end.reason!
    : end.code === 127
    ? "the command mountpoint is not there, so nobody knows whether dstfs is mounted"
    : `dstfs ${destinationFs} is not mounted there`;
  return { reason, code: end.code, isStopped: end.isStopped, stats: {} };
}

async function transfer(run: SyncRun, shipment: Shipment, { group, node }: SyncTarget): Promise<Delivery> {
  const { agent, request, resource: { rid }, journal } = run;
  const { settings, sources, abilities, slot } = shipment;
  const user = remoteUser(run, settings.user);
  const isSudoWanted = agent.system.users.self.uid === 0 && user !== "root";
  const progress = request.showsProgress
    ? new ProgressLine(agent.system.terminal, `${rid} ${node}`)
    : undefined;
  const args = rsyncArguments({
    sources,
    destination: settings.destination,
    remote: group === "local" ? undefined : {
      node,
      user,
      sshOptions: agent.node.sshOptions,
      program: isSudoWanted ? "sudo -n rsync" : undefined,
    },
    options: settings.options,
    resetsOptions: settings.resetsOptions,
    bandwidth: settings.bandwidth,
    ioTimeout: Math.min(settings.timeout ?? IO_TIMEOUT, IO_TIMEOUT),
    isDryRun: request.isDryRun,
    showsProgress: progress !== undefined,
  }, abilities);
  journal.debug(["rsync", ...args].join(" "), rid);
  const end = await runSyncCommand(run, {
    argv: ["rsync", ...args],
    timeout: settings.timeout,
    onStart: (process, controlGroup) => slot.noteCommand(process, controlGroup),
    ...(progress ? { filter: (stream, chunk) => progress.filter(stream, chunk) } : {}),
  });
  progress?.clear();
  const { code, stats, isStopped } = end;
  if (code === VANISHED) journal.warning(`${node}: ${describeRsyncCode(code)}`, rid);
  const isDone = code === 0 || code === VANISHED;
  const isOwnWord = end.reason === `exit code ${code}`;
  return {
    reason: isDone ? undefined : isOwnWord ? describeRsyncCode(code) : end.reason ?? undefined,
    code,
    isStopped,
    stats,
  };
}

/** Root sends to root; another user to the one of the same name. */
function remoteUser({ agent: { system: { users } } }: SyncRun, user: string | undefined): string {
  const { uid } = users.self;
  return user ?? (uid === 0 ? "root" : users.findUser(String(uid))?.name ?? String(uid));
}
