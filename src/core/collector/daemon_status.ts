/**
 * What `/api/daemon/status` is told: the parts of the data of a 3 daemon that a collector takes.
 *
 * @module
 */

/** The version whose data this is; the collector takes none that begins otherwise than with `2.` or `3.`. */
export const DAEMON_VERSION = "3.0.0";

const NEVER = "0001-01-01T00:00:00Z";

/** The node, and the cluster of one that it is. */
export interface NodeView {
  readonly node: string;
  readonly clusterId: string;
  readonly clusterName: string;
  /** RFC 3339. */
  readonly at: string;
}

/** A service as the agent last saw it. */
export interface InstanceView {
  readonly path: string;
  readonly app: string;
  readonly avail: string;
  readonly overall: string;
  /** Seconds since the epoch; 0 when it is not frozen. */
  readonly frozen: number;
  readonly provisioned: boolean | "mixed";
  readonly statusGroup: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, ResourceView>>;
}

export interface ResourceView {
  readonly status: string;
  readonly type: string;
  readonly label: string;
  readonly disable: boolean;
  readonly optional: boolean;
  readonly monitor: boolean;
  readonly log: readonly string[];
}

/** The whole body, everything in it being a change. */
export function daemonStatusBody(
  view: NodeView,
  instances: readonly InstanceView[],
): Readonly<Record<string, unknown>> {
  const { node, clusterId, clusterName, at } = view;
  const byPath = <T>(make: (instance: InstanceView) => T) =>
    Object.fromEntries(instances.map((instance) => [instance.path, make(instance)]));
  return {
    updated_at: at,
    version: DAEMON_VERSION,
    changes: [`@${node}`, ...instances.flatMap(({ path }) => [path, `${path}@${node}`])],
    data: {
      cluster: {
        config: { id: clusterId, name: clusterName },
        node: {
          [node]: {
            // The node as a whole cannot be frozen here.
            status: { frozen_at: NEVER },
            daemon: { heartbeat: { streams: [] } },
            instance: byPath(instanceOf),
          },
        },
        object: byPath(objectOf),
      },
    },
  };
}

function instanceOf({ app, avail, overall, frozen, statusGroup, resources }: InstanceView) {
  const each = <T>(make: (resource: ResourceView) => T) =>
    Object.fromEntries(Object.entries(resources).map(([rid, resource]) => [rid, make(resource)]));
  return {
    status: {
      avail,
      overall,
      // The collector breaks at anything that is no text.
      frozen_at: frozen > 0 ? new Date(frozen * 1000).toISOString() : NEVER,
      resources: each(({ status, label, type, disable, optional, log }) => ({
        ...{ status, label, type, disable, optional },
        log: log.map(logOf),
      })),
      status_group: statusGroup,
    },
    monitor: { state: "idle", global_expect: "none" },
    config: { app, resources: each(({ monitor }) => ({ is_monitored: monitor })) },
  };
}

function logOf(line: string) {
  const [, level, message] = /^(\w+): ([^]*)$/.exec(line) ?? [undefined, "info", line];
  return { level, message };
}

function objectOf({ avail, overall, frozen, provisioned }: InstanceView) {
  return {
    avail,
    overall,
    placement_state: "optimal",
    frozen: frozen > 0 ? "frozen" : "thawed",
    provisioned: String(provisioned),
  };
}
