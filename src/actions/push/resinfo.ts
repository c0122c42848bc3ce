import { splitKey } from "../../core/config/scope.ts";
import type { ResinfoRow } from "../../core/collector/resinfo.ts";
import { toBoolean } from "../../core/convert.ts";
import { Mask } from "../../core/secrets/mask.ts";
import type { Agent } from "../agent.ts";
import { findDriver } from "../../drivers/registry.ts";
import { factsOf } from "../status/instance_facts.ts";
import type { Instance, Resource } from "../load.ts";
import { isOptional } from "../resources/optional.ts";
import { restartsOf } from "../resources/watched.ts";
import { nodeSecrets } from "./node_secrets.ts";

type Fact = readonly [key: string, value: string];

/**
 * Tells what the resources of a service are made of, in natural order, and its `[env]` section: the rows of
 * `print resinfo`. A value that cannot be read is shown as it is written; a secret of the node never is.
 */
export function resinfoRows(agent: Agent, instance: Instance): readonly ResinfoRow[] {
  const { name } = instance;
  const { topology } = factsOf(agent, instance);
  const mask = new Mask();
  for (const secret of nodeSecrets(agent)) mask.add(secret);
  const facts = [
    ...instance.resources.map((resource) => [resource.rid, resourceFacts(resource)] as const),
    ["env", environmentFacts(instance)] as const,
  ];
  return facts.flatMap(([rid, all]) =>
    all.map(([key, value]) => ({
      res_svcname: name,
      res_nodename: agent.node.name,
      topology,
      rid,
      res_key: key,
      res_value: mask.apply(value),
    }))
  );
}

function resourceFacts(resource: Resource): Fact[] {
  const { configuration, rid, driverName } = resource;
  const given = (option: string) => valueOf(resource, option);
  const subset = resource.subset || given("subset");
  const tags = [...resource.tags].join(" ") || given("tags");
  const facts: Fact[] = [
    ["driver", resource.driverName],
    ["standby", flagOf(resource, "standby", resource.isStandby)],
    ["optional", flagOf(resource, "optional", isOptional(resource))],
    ["disabled", flagOf(resource, "disable", resource.isDisabled)],
    ["monitor", flagOf(resource, "monitor", resource.isMonitored)],
    ["shared", given("shared") || "false"],
    ["encap", given("encap") || "false"],
    ["restart", String(restartsOf({ configuration, rid }))],
    ["restart_delay", delayOf(resource)],
  ];
  if (subset) facts.push(["subset", subset]);
  if (tags) facts.push(["tags", tags]);
  // Also where something else in the section keeps the resource from having its driver.
  const driver = configuration.registry.hasDriver(driverName) ? findDriver(driverName) : undefined;
  for (const option of driver?.infoOptions ?? []) {
    const value = given(option);
    if (value) facts.push([option, value]);
  }
  return facts;
}

/** What the resource makes of it; of one whose section cannot be read, what is written there. */
function flagOf(resource: Resource, option: string, value: boolean): string {
  const text = resource.driver === undefined ? valueOf(resource, option) : undefined;
  if (!text) return String(value);
  try {
    return String(toBoolean(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

/** In seconds. */
function delayOf(resource: Resource): string {
  const { configuration, rid } = resource;
  try {
    return String(configuration.duration(rid, "restart_delay") ?? 0);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return valueOf(resource, "restart_delay") ?? "";
  }
}

function valueOf({ configuration, rid }: Pick<Resource, "configuration" | "rid">, option: string) {
  return read(() => configuration.find(rid, option)?.text, () => configuration.raw(rid, option));
}

function environmentFacts({ configuration }: Instance): Fact[] {
  const options = new Set(
    [...configuration.document.sections.get("env")?.byKey.keys() ?? []].map((key) => splitKey(key).option),
  );
  return [...options].flatMap((option): Fact[] => {
    const value = valueOf({ configuration, rid: "env" }, option);
    return value === undefined ? [] : [[option, value]];
  });
}

function read(find: () => string | undefined, raw: () => string | undefined): string | undefined {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return raw();
  }
}
