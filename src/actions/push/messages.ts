import { configBody } from "../../core/collector/config_body.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";
import { resinfoBody } from "../../core/collector/resinfo.ts";
import { statusBody } from "../../core/collector/status_body.ts";
import { md5 } from "../../core/text/md5.ts";
import type { Agent } from "../agent.ts";
import type { InstanceStatus } from "../status/instance_status.ts";
import type { Instance } from "../load.ts";
import { isWatched } from "../resources/watched.ts";
import { resinfoRows } from "./resinfo.ts";

/** Tells what the resources are made of; undefined when there is nothing to tell. */
export function resinfoMessage(agent: Agent, instance: Instance): CollectorMessage | undefined {
  const body = resinfoBody(resinfoRows(agent, instance));
  return body && {
    kind: "resinfo",
    key: `resinfo:${instance.name}`,
    target: "feeder",
    method: "POST",
    path: "/api/instance/resource_info",
    body,
  };
}

/** Tells the configuration; `text` is its file as it is. */
export function configMessage(agent: Agent, instance: Instance, text: string): CollectorMessage {
  return {
    kind: "config",
    key: `config:${instance.name}`,
    target: "feeder",
    method: "POST",
    path: "/api/object/config",
    body: configBody(instance.configuration, {
      path: instance.name,
      text,
      nodeEnvironment: agent.node.environment,
      monitored: instance.resources.filter(isWatched).length,
    }),
  };
}

/** Tells the status; `text` is the configuration that it was found with. */
export function statusMessage(
  agent: Agent,
  { name, configuration }: Instance,
  status: InstanceStatus,
  text: string,
): CollectorMessage {
  return {
    kind: "status",
    key: `status:${name}`,
    target: "feeder",
    method: "POST",
    path: "/api/instance/status",
    body: statusBody(status, {
      csum: md5(text),
      // As they are written: both have no effect here, and a bad word is the collector's to judge.
      placement: configuration.find("DEFAULT", "placement")?.text || "",
      orchestrate: configuration.find("DEFAULT", "orchestrate")?.text || "no",
      nodeEnvironment: agent.node.environment,
    }),
  };
}

/** What names the messages about the state of a service. */
export function keysOf(name: string): readonly Pick<CollectorMessage, "kind" | "key">[] {
  return (["config", "status", "resinfo"] as const).map((kind) => ({ kind, key: `${kind}:${name}` }));
}
