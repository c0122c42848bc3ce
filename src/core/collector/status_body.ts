import type { Status } from "../status.ts";

/** The feed takes the statuses of agents of version 2 only; these are in their form. */
export const STATUS_VERSION = "2.1";

/** A resource, as far as the feed wants to know it. */
export interface KnownResource {
  readonly status: Status;
  readonly type: string;
  readonly label: string;
  readonly provisioned?: { readonly state: boolean };
  readonly disable: boolean;
  readonly optional: boolean;
  readonly monitor: boolean;
  readonly standby: boolean;
  readonly restart: number;
  readonly tags: readonly string[];
  readonly subset: string;
  readonly log: readonly string[];
}

/** An instance, as far as the feed wants to know it; see `InstanceStatus`. */
export interface KnownStatus {
  readonly path: string;
  readonly kind: string;
  readonly updated: number;
  readonly app: string;
  readonly env: string;
  readonly topology: string;
  readonly priority: number;
  readonly avail: Status;
  readonly overall: Status;
  readonly optional: Status;
  readonly frozen: number;
  readonly provisioned: boolean | "mixed";
  readonly subsets: Readonly<Record<string, { readonly parallel: boolean }>>;
  readonly resources: Readonly<Record<string, KnownResource>>;
  readonly status_group: Readonly<Record<string, Status>>;
  readonly running: readonly { readonly rid: string }[];
}

/** What the status itself does not say. */
export interface StatusContext {
  /** The MD5 sum of the configuration. */
  readonly csum: string;
  readonly placement: string;
  readonly orchestrate: string;
  readonly nodeEnvironment: string;
}

type Body = Readonly<Record<string, unknown>>;

/** What `POST /api/instance/status` takes: the JSON of `print status` as version 2.1 writes it. */
export function statusBody(status: KnownStatus, context: StatusContext): Body {
  const { avail, overall, running, priority } = status;
  const rids = [...new Set(running.map(({ rid }) => rid))];
  const data = {
    updated: status.updated,
    kind: status.kind,
    app: status.app,
    env: status.env || context.nodeEnvironment,
    placement: context.placement,
    topology: status.topology,
    frozen: status.frozen,
    subsets: status.subsets,
    resources: Object.fromEntries(
      Object.entries(status.resources).map(([rid, resource]) => [rid, resourceData(resource)]),
    ),
    status_group: status.status_group,
    avail,
    overall,
    optional: status.optional,
    provisioned: status.provisioned,
    csum: context.csum,
    orchestrate: context.orchestrate,
    ...(rids.length > 0 ? { running: rids } : {}),
    ...(priority === 100 ? {} : { priority }),
    cluster: { avail, overall, placement: "n/a", compat: true },
    monitor: { status: "idle", global_expect: null, local_expect: null, placement: "" },
  };
  return { path: status.path, version: STATUS_VERSION, data };
}

/** What does not hold is left away. */
function resourceData(resource: KnownResource): Body {
  const { status, type, label, provisioned, tags, subset, restart, log } = resource;
  const flags = ["disable", "optional", "monitor", "standby"] as const;
  return {
    status,
    type,
    label,
    ...(provisioned ? { provisioned } : {}),
    ...Object.fromEntries(flags.filter((flag) => resource[flag]).map((flag) => [flag, true])),
    ...(restart > 0 ? { restart } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(subset === "" ? {} : { subset }),
    ...(log.length > 0 ? { log } : {}),
  };
}

/** A text that is another one when the collector should hear of the status at once. */
export function statusDigest({ avail, overall, frozen, resources }: KnownStatus): string {
  const states = Object.entries(resources).map(([rid, { status }]) => [rid, status]);
  return JSON.stringify([avail, overall, frozen, states]);
}
