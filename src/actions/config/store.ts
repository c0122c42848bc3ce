import { join } from "@std/path";
import { NotFoundError, RefusedError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import { removeDraftsOf } from "../../state/drafts.ts";
import { configPath } from "../../state/folders.ts";
import type { Agent } from "../agent.ts";

const LOCK_WAIT_MS = 30_000;
const OWNER_ONLY = 0o600;

/** Thrown when the configuration of an object cannot be read; names the object. */
export class UnreadableConfigError extends SyntaxError {
  override readonly name = "UnreadableConfigError";
}

/**
 * The text of a configuration; throws `NotFoundError`, `RefusedError` for one that must not be believed, and
 * `UnreadableConfigError` for one that is too large or no UTF-8.
 */
export function readConfig(agent: Agent, path: ObjectPath): string {
  const content = agent.configs.read(path);
  if (content.kind === "text") return content.text;
  const name = formatObjectPath(path);
  if (content.kind === "missing") throw new NotFoundError(`Cannot find "${name}": no such object`);
  if (content.kind === "broken") throw new UnreadableConfigError(`${name}: ${content.reason}`);
  throw new RefusedError(`${name}: ${content.reason}`);
}

/** Replaces a configuration whole, durably, readable by its owner at most, and never by more than before. */
export async function writeConfig(agent: Agent, path: ObjectPath, text: string): Promise<void> {
  const { files } = agent.system;
  const file = configPath(agent.folders, path);
  removeDraftsOf(agent.system, file);
  const mode = (files.facts(file)?.mode ?? OWNER_ONLY) & OWNER_ONLY;
  await files.replace(file, text, { mode, isDurable: true });
}

/** Runs `work` while no other agent of this root changes a configuration. */
export async function whileLocked<T>(agent: Agent, work: () => Promise<T> | T): Promise<T> {
  const file = join(agent.folders.run, "config.lock");
  const lock = await agent.system.files.lock(file, LOCK_WAIT_MS);
  if (lock === undefined) {
    throw new RefusedError(`Cannot lock ${file}: held for ${LOCK_WAIT_MS / 1000} s by another process`);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
