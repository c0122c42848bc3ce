import { join } from "@std/path";
import { removeSection } from "../../core/config/edit.ts";
import { RefusedError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import { configPath, runtimePath, statePath } from "../../state/folders.ts";
import { surveySlots } from "../../state/slots.ts";
import { asidePath } from "../../state/state_file.ts";
import { stampName } from "../../state/stamps.ts";
import type { Agent } from "../agent.ts";
import { forgetPushes } from "../push/forget.ts";
import { discardSecretFiles } from "../secrets/secret_files.ts";
import { changeConfigs, type ConfigChange, tell } from "./change.ts";
import { whileLocked } from "./store.ts";

export interface DeleteRequest {
  /** Whether last runs, stamps and the like stay. */
  readonly isStateKept: boolean;
  /** Whether it is done although a task runs. */
  readonly isForced: boolean;
}

/** Removes whole objects: configuration, state, and what a reboot would forget; log files stay. */
export async function deleteObjects(
  agent: Agent,
  paths: readonly ObjectPath[],
  request: DeleteRequest,
): Promise<void> {
  await whileLocked(agent, () => {
    if (!request.isForced) { for (const path of paths) refuseRunning(agent, path); }
    for (const path of paths) deleteObject(agent, path, request);
  });
  if (!request.isStateKept) { for (const path of paths) await forgetPushes(agent, formatObjectPath(path)); }
}

/** The configuration goes first: whatever stops this half-way, nothing of the object is scheduled any more. */
function deleteObject(agent: Agent, path: ObjectPath, { isStateKept }: DeleteRequest): void {
  const { files } = agent.system;
  tell(agent, formatObjectPath(path), [{ message: "delete" }]);
  files.remove(configPath(agent.folders, path));
  if (isStateKept) return;
  discardLostSecrets(agent, path);
  files.remove(statePath(agent.folders, path));
  files.remove(runtimePath(agent.folders, path));
}

/** Of runs that lost their agent: nothing would know of their files once the records are gone. */
function discardLostSecrets(agent: Agent, path: ObjectPath): void {
  const state = statePath(agent.folders, path);
  for (const { name: rid } of agent.system.files.list(state).filter(({ kind }) => kind === "folder")) {
    for (const { record } of surveySlots(agent.system, join(state, rid)).stale) {
      if (record === undefined) continue;
      discardSecretFiles(agent, { sessionId: record.session_id, path: formatObjectPath(path), rid });
    }
  }
}

/** Removes sections of resources, with what is remembered of them. */
export async function deleteResources(
  agent: Agent,
  path: ObjectPath,
  rids: readonly string[],
  request: DeleteRequest,
): Promise<readonly ConfigChange[]> {
  if (!request.isForced) refuseRunning(agent, path, rids);
  const changes = await changeConfigs(agent, [path], {
    action: "delete",
    edit: (text) => ({
      text: rids.reduce(removeSection, text),
      touched: new Set<string>(),
      notes: rids.map((rid) => ({ message: `delete ${rid}` })),
    }),
  });
  if (!request.isStateKept) { for (const rid of rids) forget(agent, path, rid); }
  return changes;
}

function forget(agent: Agent, path: ObjectPath, rid: string): void {
  const { files } = agent.system;
  const state = statePath(agent.folders, path);
  files.remove(join(state, rid));
  const stamps = [stampName("run", rid), stampName("sync_all", rid)];
  for (
    const name of [
      ...stamps,
      ...stamps.map((stamp) => `${stamp}.success`),
      `settled_${rid}`,
      `boot_${rid}`,
    ]
  ) {
    files.remove(join(state, "scheduler", name));
    files.remove(asidePath(join(state, "scheduler", name)));
  }
}

/** Looks at folders and not at the configuration, which may be unreadable. */
function refuseRunning(agent: Agent, path: ObjectPath, rids?: readonly string[]): void {
  const state = statePath(agent.folders, path);
  const found = agent.system.files.list(state).filter(({ kind }) => kind === "folder").map(({ name }) =>
    name
  );
  const running = found.filter((rid) => rids?.includes(rid) ?? true).filter((rid) => {
    return surveySlots(agent.system, join(state, rid)).living.length > 0;
  });
  if (running.length === 0) return;
  const name = formatObjectPath(path);
  throw new RefusedError(
    `Cannot delete ${name}: ${running.join(", ")} is running, expected --force or no run`,
  );
}
