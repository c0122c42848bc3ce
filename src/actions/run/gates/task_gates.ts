/**
 * What only tasks have between their schedule and their run, for those who ask why one does not run.
 *
 * @module
 */
import { surveySlots } from "../../../state/slots.ts";
import type { Agent } from "../../agent.ts";
import { type Gate, gate, readGate } from "../../schedule/gate.ts";
import type { Instance, Resource } from "../../load.ts";
import { groupGates } from "./group_gates.ts";
import type { Unmet } from "./requirements.ts";
import { findUnmet, readRequirements } from "./requirements.ts";
import { startProblem } from "./start_problem.ts";
import { isInteractive } from "./unattended.ts";

/** Whether a task needs a person, so that the scheduler leaves it alone. */
export function personGates(task: Resource): Gate[] {
  const { configuration, rid, problem } = task;
  if (problem !== undefined) return [gate("configuration", false, problem)];
  const confirmation = readGate("confirmation", () => {
    const isWanted = configuration.boolean(rid, "confirmation");
    return gate("confirmation", !isWanted, isWanted ? "wanted: never scheduled" : "not wanted");
  });
  return isInteractive(task)
    ? [confirmation, gate("interactive", false, "yes: never scheduled")]
    : [confirmation];
}

/** What a task that is due still needs. */
export async function runGates(agent: Agent, instance: Instance, task: Resource): Promise<Gate[]> {
  const problem = startProblem(agent, instance, task);
  return [
    ...await requiresGates(agent, instance, task),
    gate("command", problem === undefined, problem ?? "can be started"),
    ...lockGroupGates(agent, task),
    slotGate(agent, task),
  ];
}

async function requiresGates(agent: Agent, instance: Instance, { rid }: Resource): Promise<Gate[]> {
  try {
    const requirements = readRequirements(instance, rid);
    const unmet = await findUnmet(agent, instance, requirements);
    const of = (option: Unmet["option"]) => unmet?.option === option ? unmet.obstacle : undefined;
    const active = of("run_on");
    const requires = of("run_requires");
    const text = requires ?? (active === undefined ? "met" : "not looked at");
    return [
      ...(requirements.isActiveOnly
        ? [gate("run_on", active === undefined, active ?? "the instance is active")]
        : []),
      gate("run_requires", requires === undefined, text),
    ];
  } catch (error) {
    return [gate("run_requires", false, error instanceof Error ? error.message : String(error))];
  }
}

function lockGroupGates(agent: Agent, { configuration, rid }: Resource): Gate[] {
  try {
    return groupGates(agent, configuration.names(rid, "lock_group"));
  } catch (error) {
    return [gate("lock group", false, error instanceof Error ? error.message : String(error))];
  }
}

function slotGate(agent: Agent, { configuration, rid, ridFolder }: Resource): Gate {
  const taken = surveySlots(agent.system, ridFolder).living.length;
  return readGate("slot", () => {
    const limit = configuration.integer(rid, "max_parallel") ?? 1;
    return gate("slot", taken < limit, `${taken} of ${limit} taken`);
  });
}
