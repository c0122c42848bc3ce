import { toBoolean, toSize } from "../convert.ts";
import { parseDuration } from "../duration.ts";
import { rpcAddress, toCollectorAddress } from "./address.ts";

/** What `node.conf` says about the collector. */
export interface CollectorSettings {
  /** Base of the feeder, to which `/api/…` is added; undefined when there is none that can be used. */
  readonly feeder: string | undefined;
  /** Base of the server, where a node registers. */
  readonly server: string | undefined;
  /** The address for JSON-RPC about compliance. */
  readonly compliance: string | undefined;
  /** How long one exchange may take. */
  readonly timeoutMs: number;
  /** A file of certificates (PEM) of private authorities. */
  readonly caFile: string | undefined;
  /** The password of the node, as it was when the agent started; a secret. */
  readonly uuid: string | undefined;
  /** The application that the node belongs to. */
  readonly app: string | undefined;
  /** Seconds between two signs of life. */
  readonly pingInterval: number;
  /** Least seconds between two full statuses of the node. */
  readonly statusDelay: number;
  /** How many bytes may wait to be sent. */
  readonly spoolMax: number;
  /** Whether runs are reported. */
  readonly logsActions: boolean;
  /** Whether scheduled runs are reported, too. */
  readonly logsScheduledActions: boolean;
  /** Why an address cannot be used, in whole sentences without a period. */
  readonly problems: readonly string[];
}

/** How much the spool must hold at least, in bytes: one large configuration, and some reports. */
const LEAST_SPOOL = 8 * 1024 * 1024;

/** Gives the text of an option of `[node]`; undefined when it is not there. */
export type Get = (option: string) => string | undefined;

/**
 * Reads all about the collector; undefined when no address is set. A bad address is kept as a problem: it must not keep
 * tasks from running. Throws `SyntaxError` for any other bad value, naming the option.
 */
export function readCollectorSettings(get: Get): CollectorSettings | undefined {
  const problems: string[] = [];
  const address = (option: string): string | undefined => {
    const text = get(option);
    if (!text) return undefined;
    try {
      return toCollectorAddress(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push(`[node] ${option} cannot be used: ${lowerFirst(error.message)}`);
      return undefined;
    }
  };
  const base = address("collector");
  const legacy = address("dbopensvc");
  const addresses = {
    feeder: address("collector_feeder") ?? (base && `${base}/feeder`),
    server: address("collector_server") ?? (base && `${base}/server`),
    compliance: complianceAddress(address("dbcompliance"), legacy),
  };
  if (problems.length === 0 && Object.values(addresses).every((found) => found === undefined)) {
    return undefined;
  }
  return { ...addresses, ...readOthers(get), problems };
}

/** The old collector answers about compliance on the host of its feed, whatever the path of that. */
function complianceAddress(own: string | undefined, feed: string | undefined): string | undefined {
  if (own !== undefined) return rpcAddress(own);
  return feed === undefined ? undefined : rpcAddress(new URL(feed).origin);
}

function readOthers(get: Get): Omit<CollectorSettings, "feeder" | "server" | "compliance" | "problems"> {
  const pick = <T>(option: string, fallback: T, read: (text: string) => T): T => {
    const text = get(option);
    if (!text) return fallback;
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // All of the cause is in the message: as a cause it would be told once more.
      throw new SyntaxError(`Cannot use [node] ${option}: ${lowerFirst(error.message)}`);
    }
  };
  const logsActions = pick("dblog", true, toBoolean);
  return {
    timeoutMs: pick("collector_timeout", 5, seconds) * 1000,
    caFile: pick<string | undefined>("collector_ca", undefined, absolute),
    uuid: get("uuid") || undefined,
    app: get("app") || undefined,
    pingInterval: pick("collector_ping_interval", 60, seconds),
    statusDelay: pick("collector_status_delay", 10, seconds),
    spoolMax: pick("collector_spool_max", 64 * 1024 * 1024, spoolSize),
    logsActions,
    logsScheduledActions: logsActions && pick("dblogcron", true, toBoolean),
  };
}

function seconds(text: string): number {
  const value = parseDuration(text, "s");
  if (value < 1) throw new SyntaxError(`It is "${text}", expected at least 1s`);
  return value;
}

function absolute(text: string): string {
  if (!text.startsWith("/")) throw new SyntaxError(`It is "${text}", expected the whole path of a file`);
  return text;
}

function spoolSize(text: string): number {
  const bytes = toSize(text);
  if (bytes < LEAST_SPOOL) throw new SyntaxError(`It is "${text}", expected at least 8m`);
  return bytes;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
