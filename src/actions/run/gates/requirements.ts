import { obstacleOf } from "../../../core/requires.ts";
import type { Requires } from "../../../core/requires.ts";
import type { Agent } from "../../agent.ts";
import type { Instance, Resource } from "../../load.ts";
import { lookAtRequires } from "../../status/resource_status.ts";
import { isOptional } from "../../resources/optional.ts";
import { availOf } from "../../resources/avail.ts";

/** What a task requires of the instance: the resources that it names, and to be where the service is active. */
export interface Requirements {
  readonly requires: Requires;
  /** `run_on = active`. */
  readonly isActiveOnly: boolean;
}

/** A requirement that does not hold. */
export interface Unmet {
  /** The keyword that asks for it. */
  readonly option: "run_requires" | "run_on";
  /** Such as `fs#1 is down, expected up or stdby up`. */
  readonly obstacle: string;
  /** As an error of a run by hand. */
  readonly reason: string;
  /** Whether the configuration is wrong: a resource does not exist. */
  readonly isMistake: boolean;
}

/** Reads what a task requires. Throws `ConfigValueError`. */
export function readRequirements(
  { configuration }: Pick<Instance, "configuration">,
  rid: string,
): Requirements {
  return {
    requires: configuration.requires(rid, "run_requires"),
    isActiveOnly: configuration.string(rid, "run_on") === "active",
  };
}

/** The resources whose status decides whether a task may run. */
export function requiredResources(instance: Instance, rid: string): readonly Resource[] {
  const { requires, isActiveOnly } = readRequirements(instance, rid);
  const named = requires === "impossible" ? [] : requires.map((requirement) => requirement.rid);
  return instance.resources.filter((each) => named.includes(each.rid) || (isActiveOnly && !isOptional(each)));
}

/** Says which requirement does not hold, as the drivers see it now; `run_on` is looked at first. */
export async function findUnmet(
  agent: Agent,
  instance: Instance,
  { requires, isActiveOnly }: Requirements,
): Promise<Unmet | undefined> {
  const avail = isActiveOnly ? await availOf(agent, instance) : "up";
  if (avail !== "up") {
    const obstacle = `the instance is ${avail}, expected up`;
    return { option: "run_on", obstacle, reason: `run_on = active: ${obstacle}`, isMistake: false };
  }
  const outcome = await lookAtRequires(agent, instance, requires);
  const obstacle = obstacleOf(outcome);
  if (obstacle === undefined) return undefined;
  const unmet = { option: "run_requires", obstacle, isMistake: outcome.kind === "unknown" } as const;
  if (outcome.kind !== "unmet") {
    const isUnknown = outcome.kind === "unknown";
    return {
      ...unmet,
      reason: isUnknown
        ? `run_requires names ${obstacle.replace(" is", ", which is")}`
        : "run_requires is impossible",
    };
  }
  const { rid, wanted, found } = outcome;
  const reason = `requires on resource ${rid} in state ${wanted.join(" or ")}, current state ${found}`;
  return { ...unmet, reason };
}
