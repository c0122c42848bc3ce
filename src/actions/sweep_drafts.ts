import { join } from "@std/path";
import { removeDrafts } from "../state/drafts.ts";
import { snoozeFolder } from "../state/snoozes.ts";
import type { Agent } from "./agent.ts";
import type { Instance } from "./load.ts";

/** Removes what killed agents left half-written of a service's state; nothing waits for it, and nothing fails by it. */
export function sweepDrafts({ system }: Pick<Agent, "system">, instance: Instance): void {
  const { stateFolder, memoryFolder, runtimeFolder, resources } = instance;
  const folders = [
    runtimeFolder,
    snoozeFolder(stateFolder),
    ...[stateFolder, memoryFolder].flatMap((folder) => [folder, join(folder, "scheduler")]),
    ...resources.flatMap((resource) => [
      resource.ridFolder,
      resource.memoryFolder,
      join(resource.ridFolder, "run"),
    ]),
  ];
  for (const folder of new Set(folders)) removeDrafts(system, folder);
}
