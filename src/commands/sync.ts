import { reapAsInit } from "../actions/init.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import type { SyncRequest } from "../actions/sync/request.ts";
import { syncAction } from "../actions/sync/sync.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { FlagSpec } from "../cli/flag_spec.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { SyncResult } from "../core/sync/result.ts";
import type { TargetWord } from "../core/sync/targets.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";

const FLAGS: readonly FlagSpec[] = [
  ...FILTER_FLAGS,
  {
    name: "cron",
    kind: "boolean",
    text: "as if the scheduler asked: stamps are written, and it is no failure that another node sends",
  },
  {
    name: "force",
    kind: "boolean",
    text: "send although the instance is not up here, or requirements are not met",
  },
  { name: "dry-run", kind: "boolean", text: "tell what would be sent and deleted, change nothing" },
  {
    name: "waitlock",
    kind: "duration",
    default: "0",
    valueName: "TIME",
    text: "how long to wait while the same resource is synchronised already",
  },
];

const DETAILS =
  "Only the node where the service is up sends; print status tells how old the data of each target is. A target that " +
  "cannot be reached is told, the others get their data, and the exit code is 1. On a terminal, a line shows how far " +
  "a transfer is.";

/** `agent SELECTOR sync all` */
export const SYNC_ALL: CommandSpec = {
  words: ["sync", "all"],
  aliases: [["sync", "update"], ["sync", "full"], ["instance", "sync", "update"], ["syncall"]],
  scope: "service",
  summary: "send the data of a service to all of its targets",
  isData: true,
  flags: FLAGS,
  examples: [
    { command: "agent testmd sync all", text: "every sync resource, to all of its targets" },
    {
      command: "agent testmd sync all --rid 'sync#1' --dry-run",
      text: "what one of them would send and delete",
    },
  ],
  details: DETAILS,
  run: (invocation, system) => runSync(invocation, system, ["nodes", "drpnodes", "local"]),
};

/** `agent SELECTOR sync nodes` */
export const SYNC_NODES: CommandSpec = {
  words: ["sync", "nodes"],
  aliases: [["syncnodes"]],
  scope: "service",
  summary: "send the data of a service to its other nodes",
  isData: true,
  flags: FLAGS,
  examples: [{
    command: "agent testmd sync nodes",
    text: "the target nodes only, as before a planned relocation",
  }],
  details: DETAILS,
  run: (invocation, system) => runSync(invocation, system, ["nodes"]),
};

/** `agent SELECTOR sync drp` */
export const SYNC_DRP: CommandSpec = {
  words: ["sync", "drp"],
  aliases: [["syncdrp"]],
  scope: "service",
  summary: "send the data of a service to its disaster recovery site",
  isData: true,
  flags: FLAGS,
  examples: [{ command: "agent testmd sync drp", text: "the target drpnodes only" }],
  details: DETAILS,
  run: (invocation, system) => runSync(invocation, system, ["drpnodes"]),
};

/** What became of it, as data: a documented contract, to which fields are only added. */
const VIEW: View<SyncResult> = {
  fields: [
    "path",
    "rid",
    "target",
    "group",
    "outcome",
    "reason",
    "code",
    "is_failed",
    "optional",
    "bytes_sent",
    "bytes_received",
    "files",
    "started_at",
    "ended_at",
    "session_id",
  ],
  columns: [],
};

async function runSync(
  invocation: Invocation,
  system: System,
  groups: readonly TargetWord[],
): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const { instances, unusable } = membersFor(agent, invocation);
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  using _reaping = reapAsInit(system);
  const { results, exitCode } = await syncAction(
    agent,
    instances,
    requestOf(invocation, system, { groups, stop }),
  );
  if (flags.format !== "table") writeRows(system.terminal, results, VIEW, flags.format);
  reportUnusable(system, unusable);
  return exitCode || (unusable[0] ? codeOf(unusable[0]) : 0);
}

function requestOf(
  { flags }: Invocation,
  { terminal }: System,
  { groups, stop }: Pick<SyncRequest, "groups" | "stop">,
): SyncRequest {
  const isScheduled = flags.boolean("cron");
  return {
    filter: filterOf(flags),
    groups,
    origin: isScheduled ? "scheduler" : "user",
    isScheduled,
    isForced: flags.boolean("force"),
    isDryRun: flags.boolean("dry-run"),
    waitMs: (flags.duration("waitlock") ?? 0) * 1000,
    showsProgress: terminal.isTerminal.stderr && !flags.boolean("quiet"),
    stop,
  };
}
