import type { InstanceView } from "../../core/collector/daemon_status.ts";
import { daemonStatusBody } from "../../core/collector/daemon_status.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";
import { parseObjectPath } from "../../core/naming/object_path.ts";
import { statePath } from "../../state/folders.ts";
import { parseObject, readState } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import type { InstanceStatus } from "../status/instance_status.ts";
import { statusFile } from "../status/status.ts";
import { needCluster } from "./cluster_id.ts";

/** How many statuses are read at once: what is due meanwhile must not wait. */
const READ_AT_ONCE = 100;

/** What the collector is told, and of which services it cannot be told anything yet. */
export interface DaemonStatus {
  readonly message: CollectorMessage;
  readonly unknown: readonly string[];
}

/** Whether a service can be told of: somebody has looked at its status. */
export function hasKnownStatus(agent: Agent, service: string): boolean {
  return viewOf(agent, service) !== undefined;
}

/** All about this node and its services, as the agent saw them last; those that it never looked at are left out. */
export async function daemonStatusMessage(
  agent: Agent,
  services: readonly string[],
): Promise<DaemonStatus> {
  const { id, name } = await needCluster(agent);
  const { system: { clock }, node } = agent;
  const instances: InstanceView[] = [];
  const unknown: string[] = [];
  for (const [i, service] of services.entries()) {
    if (i > 0 && i % READ_AT_ONCE === 0) await clock.sleep(1);
    const view = viewOf(agent, service);
    if (view) instances.push(view);
    else unknown.push(service);
  }
  const at = new Date(clock.now()).toISOString();
  const message = {
    kind: "daemon_status",
    key: "daemon_status",
    target: "feeder",
    method: "POST",
    path: "/api/daemon/status",
    body: daemonStatusBody({ node: node.name, clusterId: id, clusterName: name, at }, instances),
  } as const;
  return { message, unknown };
}

function viewOf({ system: { files }, folders }: Agent, service: string): InstanceView | undefined {
  const stateFolder = statePath(folders, parseObjectPath(service));
  const found = readState(files, statusFile({ stateFolder }), parseObject);
  if (found.kind !== "value") return undefined;
  // What an older version wrote may lack what came later.
  const { avail = "undef", overall = "undef", frozen = 0, app = "", provisioned = true, ...rest } = found
    .value as unknown as Partial<InstanceStatus>;
  return {
    path: service,
    ...{ app, avail, overall, frozen, provisioned },
    statusGroup: rest.status_group ?? {},
    resources: rest.resources ?? {},
  };
}
