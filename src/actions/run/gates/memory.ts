import type { Agent } from "../../agent.ts";
import type { Instance } from "../../load.ts";

/**
 * Says why the memory of a service's tasks is out of reach: `state_dir` is set and is not there, as when the file
 * system that it is on is mounted elsewhere. It is never made by the agent (spec 4.9).
 */
export function memoryProblem(agent: Pick<Agent, "system">, instance: Instance): string | undefined {
  const { memoryFolder, stateFolder } = instance;
  if (memoryFolder === stateFolder) return undefined;
  if (!memoryFolder.startsWith("/")) return `state_dir is ${memoryFolder}, expected an absolute path`;
  const real = agent.system.files.realPath(memoryFolder);
  const kind = real === undefined ? undefined : agent.system.files.facts(real)?.kind;
  return kind === "folder"
    ? undefined
    : `state_dir ${memoryFolder} is not there, so nothing would remember the run`;
}
