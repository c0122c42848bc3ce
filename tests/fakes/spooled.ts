/**
 * What waits for the collector, for assertions.
 *
 * @module
 */
import type { CollectorMessage, MessageKind } from "../../src/core/collector/message.ts";
import type { FakeSystem } from "./system.ts";

/** The password of the node in tests of what is told. */
export const NODE_UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
/** A `node.conf` with a collector. */
export const COLLECTOR_NODE = `[node]\ncollector = c.example.com\nuuid = ${NODE_UUID}\n`;

const SPOOL = "/var/lib/agent/node/collector/spool";

/** A message that waits, with when it was written. */
export interface WaitingMessage extends CollectorMessage {
  /** RFC 3339. */
  readonly at: string;
}

/** The messages of a kind that wait, by key. */
export function spooledOf({ files }: Pick<FakeSystem, "files">, kind: MessageKind): WaitingMessage[] {
  return files.paths.filter((path) => path.startsWith(`${SPOOL}/${kind}/`) && path.endsWith(".json"))
    .map((path) => JSON.parse(files.read(path)!) as WaitingMessage)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
