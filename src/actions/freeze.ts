import { join } from "@std/path";
import { formatObjectPath } from "../core/naming/object_path.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { runtimePath, statePath } from "../state/folders.ts";
import { wakeDaemon } from "../state/wake_daemon.ts";
import type { Agent } from "./agent.ts";
import { journalFor } from "./journal_for.ts";

/**
 * Freezes a service, so that the scheduler runs none of its tasks, or thaws it.
 *
 * Only the state folder is touched: it works for a service with a broken configuration, too. Doing it twice changes
 * nothing, the instant of the freeze included.
 */
export async function setFrozen(agent: Agent, path: ObjectPath, isFrozen: boolean): Promise<void> {
  const { files, host } = agent.system;
  const journal = journalFor(agent, { path: formatObjectPath(path), sessionId: host.uuid() });
  const file = join(statePath(agent.folders, path), "frozen");
  if ((files.facts(file) !== undefined) === isFrozen) {
    return journal.info(isFrozen ? "already frozen" : "already thawed");
  }
  if (isFrozen) await files.replace(file, "", { isDurable: true });
  else files.remove(file);
  journal.info(isFrozen ? "freeze" : "thaw");
  await wakeDaemon(agent.system, agent.folders, runtimePath(agent.folders, path));
}
