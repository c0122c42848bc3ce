/**
 * What only synchronisations have between their schedule and their transfer, for those who ask why one does not run.
 *
 * @module
 */
import type { GuardFacts } from "../../core/sync/guard.ts";
import { environmentRefusal, placeRefusal } from "../../core/sync/guard.ts";
import { readRsync, targetsFor } from "../../drivers/sync/settings.ts";
import { surveySlots } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import { type Gate, gate } from "../schedule/gate.ts";
import type { Instance, Resource } from "../load.ts";
import { guardFacts, requirementObstacle } from "./guard.ts";
import { missingProgram, programsFor, sectionProblem } from "./obstacles.ts";
import { syncBusyReason } from "./slot.ts";
import { expandSources } from "./sources.ts";

/** What a synchronisation that is due still needs: to whom, from where, on which condition, by what means. */
export async function syncGates(agent: Agent, instance: Instance, resource: Resource): Promise<Gate[]> {
  const { configuration, rid, ridFolder } = resource;
  const problem = resource.problem ?? sectionProblem(resource);
  if (problem !== undefined) return [gate("configuration", false, problem)];
  const targets = targetsFor(configuration, rid);
  const names = targets.map(({ group, node }) => group === "local" ? "local" : node).join(", ");
  const facts = await guardFacts(agent, instance, targets);
  const environment = environmentRefusal(facts)?.reason;
  const place = placeRefusal(facts)?.reason;
  const obstacle = (await requirementObstacle(agent, instance, resource))?.reason;
  const missing = missingProgram(agent, targets);
  const sources = expandSources(agent.system.files, readRsync(configuration, rid).sources);
  const isFree = surveySlots(agent.system, ridFolder).living.length === 0;
  return [
    gate("targets", targets.length > 0, names || "no nodes to sync"),
    gate("environment", environment === undefined, environment ?? environmentText(facts)),
    gate("instance", place === undefined, place ?? placeText(facts)),
    gate("sync_requires", obstacle === undefined, obstacle?.replace(/^sync_requires: /, "") ?? "met"),
    gate("programs", missing === undefined, missing ?? programsFor(targets).join(", ")),
    gate("sources", sources.length > 0, sourcesText(sources)),
    gate("slot", isFree, isFree ? "0 of 1 taken" : syncBusyReason(agent.system, ridFolder)),
  ];
}

function environmentText({ environment, nodeEnvironment }: GuardFacts): string {
  return `${environment ?? "none"} of the service, ${nodeEnvironment} of the node`;
}

/** Why this node is the one that sends. */
function placeText({ targets, isFlex, avail, self }: GuardFacts): string {
  if (targets.every(({ group }) => group === "local")) return `${avail} here, which does not matter`;
  if (isFlex) return `${avail} here, and ${self} is the primary node`;
  return avail === "up" ? "up here" : `${avail} here, and there is no other node`;
}

function sourcesText([first, ...more]: readonly string[]): string {
  if (first === undefined) return "no files to sync";
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
