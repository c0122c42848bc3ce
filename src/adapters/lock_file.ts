/**
 * Exclusive locks between processes: `flock` on a file that is never removed.
 *
 * @module
 */
import type { Lock } from "../ports.ts";
import { parentOf } from "./paths.ts";

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;

/** Takes the lock within `waitMs` (0: one try); `undefined` when another process, or another call here, holds it. */
export async function lockFile(path: string, waitMs: number): Promise<Lock | undefined> {
  const end = performance.now() + waitMs;
  // Tries in rounds: a blocking lock cannot be given up again.
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const lock = tryLock(path);
    const left = end - performance.now();
    if (lock || left <= 0) return lock;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}

/** Takes the lock at once, or gives `undefined`. */
export function tryLock(path: string): Lock | undefined {
  const file = openLock(path);
  if (file.tryLockSync(true)) return { release: () => file.close() };
  file.close();
  return undefined;
}

function openLock(path: string): Deno.FsFile {
  const open = () => Deno.openSync(path, { write: true, create: true, mode: 0o600 });
  try {
    return open();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(parentOf(path), { recursive: true, mode: 0o700 });
    return open();
  }
}
