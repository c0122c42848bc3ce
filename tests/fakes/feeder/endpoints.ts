/**
 * The endpoints of the feeder, and what each is told.
 *
 * @module
 */
import {
  anything,
  base64,
  type Check,
  filled,
  flag,
  having,
  instant,
  integer,
  like,
  list,
  map,
  object,
  oneOf,
  text,
} from "./schema.ts";

const VERSION_2_OR_3 = like(/^[23]\./, "a version that begins with 2. or 3.");
const VERSION_2 = like(/^2\./, "a version that begins with 2.");

const ACTION_STATUS = oneOf("", "ok", "err", "warn");

/** A line of an action. */
const LINE = object({ begin: instant, status: ACTION_STATUS, status_log: text }, {
  rid: text,
  subset: text,
  pid: text,
});

const ACTION_FIELDS: Readonly<Record<string, Check>> = {
  pid: text,
  rids: text,
  origin: text,
  cron: flag,
  uuid: text,
  status_log: text,
  lines: list(LINE),
  argv: list(text),
};
const ACTION_KEY: Readonly<Record<string, Check>> = {
  path: filled,
  action: filled,
  version: VERSION_2_OR_3,
  session_uuid: filled,
  begin: instant,
};

const HEARTBEAT = having({ id: like(/^hb#/, "hb#…"), type: text, state: text, peers: map(anything) });

const INSTANCE = object({
  status: object({
    avail: filled,
    overall: filled,
    // Anything else breaks the worker.
    frozen_at: instant,
    resources: map(object({ status: filled, label: text, type: filled }, {
      disable: flag,
      optional: flag,
      log: list(object({ level: text, message: text })),
    })),
  }, { encap: anything, status_group: map(text) }),
  monitor: object({ state: text, global_expect: text }),
  config: object({ app: text, resources: map(object({ is_monitored: flag })) }),
});

const DAEMON_DATA = having({
  cluster: having({
    config: having({ id: filled, name: filled }),
    node: map(having({
      status: having({ frozen_at: instant }),
      daemon: having({ heartbeat: having({ streams: list(HEARTBEAT) }) }),
      instance: map(INSTANCE),
    })),
    object: map(object({
      avail: filled,
      overall: filled,
      placement_state: text,
      frozen: text,
      provisioned: text,
    })),
  }),
});

const PROPERTY = object({ value: anything, source: oneOf("probe", "config", "default") }, {
  title: text,
  error: text,
});
const PROPERTIES = [
  ...["bios_version", "cluster_id", "cpu_cores", "cpu_dies", "cpu_freq", "cpu_model", "cpu_threads"],
  ...[
    "enclosure",
    "fqdn",
    "last_boot",
    "listener_port",
    "manufacturer",
    "mem_banks",
    "mem_bytes",
    "mem_slots",
  ],
  ...[
    "model",
    "node_env",
    "nodename",
    "os_arch",
    "os_kernel",
    "os_name",
    "os_vendor",
    "serial",
    "sp_version",
  ],
  ...["tz", "version"],
];
const MORE_PROPERTIES = /^(?:asset_env|connect_to|sec_zone|loc_\w+|team_integ|team_support)$/;

/** Every required property, and of others only those that are known. */
const properties: Check = (value, at) => {
  const each = map(PROPERTY)(value, at);
  if (each.length > 0) return each;
  const found = value as Readonly<Record<string, { readonly value: unknown }>>;
  const { last_boot, version } = found;
  return [
    ...PROPERTIES.filter((name) => !(name in found)).map((name) =>
      `${at}.${name}: expected it, it is missing`
    ),
    ...Object.keys(found).filter((name) => !PROPERTIES.includes(name) && !MORE_PROPERTIES.test(name))
      .map((name) => `${at}.${name}: no such property`),
    ...(last_boot ? instant(last_boot.value, `${at}.last_boot`) : []),
    ...(String(version?.value).length > 20 ? [`${at}.version: more than 20 characters`] : []),
  ];
};

/** Bodies by method and path below the base of the feeder. */
export const ENDPOINTS: Readonly<Record<string, Check>> = {
  "POST /api/daemon/ping": object({ nodes: list(filled), objects: list(filled), version: filled }),
  "POST /api/daemon/status": object({ data: DAEMON_DATA, changes: list(filled), version: VERSION_2_OR_3 }, {
    previous_updated_at: instant,
    updated_at: instant,
  }),
  "POST /api/object/config": object({ path: filled }, {
    orchestrate: text,
    topology: oneOf("failover", "flex"),
    scope: list(filled),
    drp_node: text,
    drp_nodes: list(filled),
    flex_min: integer,
    flex_max: integer,
    flex_target: integer,
    monitored_resource_count: integer,
    app: text,
    env: text,
    comment: text,
    raw_config: base64,
  }),
  "POST /api/instance/resource_info": object({
    path: filled,
    info: list(object({ rid: filled, keys: list(object({ key: filled, value: anything })) })),
  }, { topology: text }),
  "POST /api/instance/status": object({ path: filled, data: map(anything), version: VERSION_2 }),
  "POST /api/instance/action": object(ACTION_KEY, ACTION_FIELDS),
  "PUT /api/instance/action": object(ACTION_KEY, { ...ACTION_FIELDS, end: instant, status: ACTION_STATUS }),
  "POST /api/node/system": object({}, {
    properties,
    hardware: list(object({ type: text, path: text, class: text, description: text, driver: text })),
    uids: list(object({ uid: integer, username: filled })),
    gids: list(object({ gid: integer, groupname: filled })),
    lan: map(list(object({ intf: filled, type: text, addr: text, mask: text, flag_deprecated: flag }))),
    hba: list(object({ hba_id: filled, hba_type: text })),
    targets: list(object({ hba_id: filled, tgt_id: filled })),
    package: list(object({
      name: filled,
      version: text,
      arch: like(/^.{0,8}$/, "at most 8 characters"),
      type: text,
      sig: text,
      installed_at: instant,
    })),
  }),
};
