import { join } from "@std/path";
import type { Agent } from "../agent.ts";
import type { InstanceStatus } from "./instance_status.ts";
import type { Instance } from "../load.ts";

/** The part of the status that needs no driver. */
export type InstanceFacts = Pick<
  InstanceStatus,
  | "path"
  | "node"
  | "kind"
  | "updated"
  | "unusable"
  | "app"
  | "env"
  | "topology"
  | "priority"
  | "frozen"
  | "disabled"
  | "subsets"
>;

/** What the status says of an instance without looking at its resources. */
export function factsOf(agent: Agent, instance: Instance): InstanceFacts {
  const text = (option: string) => quietly(() => instance.configuration.string("DEFAULT", option)) ?? "";
  return {
    path: instance.name,
    node: agent.node.name,
    kind: instance.path.kind,
    updated: agent.system.clock.now() / 1000,
    unusable: null,
    app: text("app"),
    env: text("env"),
    topology: text("topology"),
    priority: quietly(() => instance.configuration.integer("DEFAULT", "priority")) ?? 100,
    frozen: frozenAt(agent, instance),
    disabled: instance.isDisabled,
    subsets: subsetsOf(instance),
  };
}

/** What only labels the service must not keep its status from being shown. */
function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function frozenAt(agent: Agent, { stateFolder }: Instance): number {
  const facts = agent.system.files.facts(join(stateFolder, "frozen"));
  return facts === undefined ? 0 : facts.modifiedAt / 1000;
}

function subsetsOf({ configuration, resources }: Instance): InstanceStatus["subsets"] {
  const subsets: Record<string, { parallel: boolean }> = {};
  for (const { group, subset } of resources) {
    if (subset === "") continue;
    const section = `subset#${group}:${subset}`;
    const isDeclared = configuration.document.sections.has(section);
    const isParallel = isDeclared && quietly(() => configuration.boolean(section, "parallel"));
    subsets[`${group}:${subset}`] = { parallel: isParallel === true };
  }
  return subsets;
}
