import { argvOf } from "../../../core/process/command.ts";
import { resolveIdentity } from "../../../core/process/identity.ts";
import { readTask } from "../../../drivers/task/settings.ts";
import type { Agent } from "../../agent.ts";
import type { Instance, Resource } from "../../load.ts";
import { containerProblem } from "../preparation/container.ts";
import { locateObjects, ObjectProblem } from "../../secrets/locate.ts";

/**
 * Says what would refuse every run of a task, whoever asks, as far as it can be seen without starting anything: a value
 * that cannot be used, a requirement on nothing, a command that is none, a user or a secret that does not exist.
 */
export function startProblem(
  agent: Agent,
  instance: Instance,
  { configuration, rid, problem }: Resource,
): string | undefined {
  if (problem !== undefined) return problem;
  try {
    const settings = readTask(configuration, rid);
    const { command, container, shell, user, group, requires } = settings;
    const unknown = requires === "impossible"
      ? undefined
      : requires.find((requirement) =>
        !instance.resources.some((resource) => resource.rid === requirement.rid)
      );
    if (unknown) return `run_requires names ${unknown.rid}, which is not configured`;
    if (container) {
      const obstacle = containerProblem(agent, container);
      if (obstacle !== undefined) return obstacle;
    } else argvOf(command, shell, []);
    const identity = resolveIdentity({ user, group }, agent.system.users);
    if (identity.kind === "refused") return identity.reason;
    locateObjects({ agent, instance }, settings);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ObjectProblem)) throw error;
    return error.message;
  }
}
