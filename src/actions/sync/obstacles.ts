import { DEFAULT_PATH } from "../../core/process/environment.ts";
import type { SyncTarget } from "../../core/sync/targets.ts";
import { readRsync } from "../../drivers/sync/settings.ts";
import type { Agent } from "../agent.ts";
import type { Resource } from "../load.ts";

/** Why the section cannot be read; what is asked for does not matter before. */
export function sectionProblem(
  { configuration, rid }: Pick<Resource, "configuration" | "rid">,
): string | undefined {
  try {
    readRsync(configuration, rid);
    configuration.requires(rid, "sync_requires");
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** The programs that these targets take. */
export function programsFor(targets: readonly SyncTarget[]): readonly string[] {
  return targets.some(({ group }) => group !== "local") ? ["rsync", "ssh"] : ["rsync"];
}

/** Which of them is not installed. */
export function missingProgram(agent: Agent, targets: readonly SyncTarget[]): string | undefined {
  const path = agent.node.path ?? DEFAULT_PATH;
  const missing = programsFor(targets).find((name) =>
    agent.system.host.findProgram(name, path) === undefined
  );
  return missing && `${missing} is not installed, expected it in ${path}`;
}
