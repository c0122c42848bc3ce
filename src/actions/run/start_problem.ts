import { argvOf } from "../../core/process/command.ts";
import { resolveIdentity } from "../../core/process/identity.ts";
import { readTask } from "../../drivers/task/settings.ts";
import type { Agent } from "../agent.ts";
import type { Instance, Resource } from "../load.ts";

/**
 * Says what would refuse every run of a task, whoever asks, as far as it can be seen without starting anything: a value
 * that cannot be used, a requirement on nothing, a command that is none, a user that does not exist.
 */
export function startProblem(
  { system: { users } }: Pick<Agent, "system">,
  { resources }: Pick<Instance, "resources">,
  { configuration, rid, problem }: Resource,
): string | undefined {
  if (problem !== undefined) return problem;
  try {
    const { command, shell, user, group, requires } = readTask(configuration, rid);
    const unknown = requires === "impossible"
      ? undefined
      : requires.find((requirement) => !resources.some((resource) => resource.rid === requirement.rid));
    if (unknown) return `run_requires names ${unknown.rid}, which is not configured`;
    argvOf(command, shell, []);
    const identity = resolveIdentity({ user, group }, users);
    return identity.kind === "refused" ? identity.reason : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return error.message;
  }
}
