/**
 * What the node does by itself: the one list that the daemon follows and `node print schedule` shows.
 *
 * @module
 */
import { isLastInFuture } from "../../core/schedule/next.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import { NODE_REGISTRY } from "../../drivers/keywords.ts";
import { nodeStateFolder } from "../../state/folders.ts";
import { stampName, StampReader } from "../../state/stamps.ts";
import type { Agent } from "../agent.ts";
import { noCollectorReason } from "../collector/configured.ts";
import type { NodeAction, ScheduleEntry } from "../schedule/entries.ts";
import { attempt, drawFor, parseCached } from "../schedule/entries.ts";
import { nothingToDo } from "../compliance/gate.ts";
import { NODE } from "../compliance/subject.ts";
import { nodeValue } from "./value.ts";

/** Stands for the node among the paths of services: no service can have this name. */
export const NODE_PATH = "@node";

/** One action of the node, in its schedule. */
interface NodeRow {
  readonly action: NodeAction;
  /** Its section of `node.conf`. */
  readonly section: string;
  /** Why it does not run as things are. */
  gate(agent: Agent): string | undefined;
}

/** In the order of the table; another action is a row here, and a handler in `daemon/own/`. */
const NODE_ROWS: readonly NodeRow[] = [
  { action: "push_asset", section: "asset", gate: noCollectorReason },
  { action: "compliance_auto", section: "compliance", gate: (agent) => nothingToDo(agent, NODE) },
];

/** What the node does by itself, in the schedule. */
export interface NodeEntry extends ScheduleEntry {
  readonly action: NodeAction;
}

/** Lists the actions of the node, unscheduled ones included. */
export function nodeEntries(agent: Agent): readonly NodeEntry[] {
  const stamps = new StampReader(agent.system, nodeStateFolder(agent.folders));
  return NODE_ROWS.map((row) => entryOf(agent, row, stamps));
}

function entryOf(agent: Agent, { action, section, gate }: NodeRow, stamps: StampReader): NodeEntry {
  const { node, system } = agent;
  const definition = nodeValue(agent, section, "schedule") ??
    NODE_REGISTRY.tableOf(section).get("schedule")?.default ?? "";
  const schedule = parseCached(definition);
  const zone = attempt(() => zoneOf(node.timeZone));
  const error = schedule.error ?? zone.error;
  const reason = gate(agent);
  let stampProblem: string | undefined;
  const last = stamps.read(stampName(action), (text) => stampProblem = text);
  const zoneName = zone.value?.name ?? "UTC";
  const isAhead = last !== undefined && isLastInFuture(last, Math.floor(system.clock.now() / 1000));
  return {
    path: NODE_PATH,
    action,
    rid: undefined,
    configParameter: `${section}.schedule`,
    definition,
    schedule: error === undefined ? schedule.value : undefined,
    error,
    zone: zone.value ?? zoneOf("UTC"),
    zoneName,
    last,
    stampProblem,
    isRunnable: reason === undefined,
    reason,
    pausedUntil: undefined,
    fingerprint: `${zoneName} ${schedule.value?.text}`,
    isCaughtUp: false,
    missedSince: undefined,
    ahead: isAhead ? [Math.floor(last)] : [],
    draw: node.jitter === "random" ? undefined : drawFor(node.name, NODE_PATH, action),
  };
}
