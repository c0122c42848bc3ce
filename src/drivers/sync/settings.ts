import type { Configuration } from "../../core/config/configuration.ts";
import type { Membership, SyncTarget, TargetWord } from "../../core/sync/targets.ts";
import { targetsOf } from "../../core/sync/targets.ts";
import { absolutePath } from "../values.ts";

/** A `sync.rsync` section, converted. */
export interface RsyncSettings {
  /** Absolute, with patterns. */
  readonly sources: readonly string[];
  readonly destination: string;
  readonly targets: readonly TargetWord[];
  readonly destinationFs: string | undefined;
  readonly options: readonly string[];
  readonly resetsOptions: boolean;
  readonly bandwidth: string | undefined;
  /** Seconds; undefined for no limit. */
  readonly timeout: number | undefined;
  readonly user: string | undefined;
}

/** Reads one synchronisation; throws `SyntaxError` for the first value that cannot be used. */
export function readRsync(configuration: Configuration, rid: string): RsyncSettings {
  return {
    sources: configuration.paths(rid, "src"),
    // An empty one would be the home of the user there, and lose what is in it.
    destination: absolutePath({ configuration, rid }, "dst"),
    targets: configuration.syncTargets(rid, "target"),
    destinationFs: configuration.string(rid, "dstfs")
      ? absolutePath({ configuration, rid }, "dstfs")
      : undefined,
    options: configuration.shellWords(rid, "options"),
    resetsOptions: configuration.boolean(rid, "reset_options"),
    bandwidth: configuration.bandwidth(rid, "bwlimit"),
    timeout: configuration.duration(rid, "timeout") || undefined,
    user: configuration.string(rid, "user") || undefined,
  };
}

/** The nodes of the service of a configuration. */
export function membershipOf(configuration: Configuration): Membership {
  const drpnode = configuration.string("DEFAULT", "drpnode");
  return {
    self: configuration.context.nodeName,
    nodes: configuration.words("DEFAULT", "nodes"),
    drpnodes: [...(drpnode ? [drpnode] : []), ...configuration.words("DEFAULT", "drpnodes")],
  };
}

/** Where the data of a synchronisation goes, as far as its section and the nodes of the service say. */
export function targetsFor(configuration: Configuration, rid: string): readonly SyncTarget[] {
  return targetsOf(configuration.syncTargets(rid, "target"), membershipOf(configuration));
}
