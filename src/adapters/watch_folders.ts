/**
 * Changes below folders, as they happen.
 *
 * @module
 */
import { ifPresent } from "./paths.ts";

/**
 * Calls back with the changed paths below the folders (those which exist now), until disposed.
 *
 * Some events are missed (a burst, a folder that is new): whoever needs the truth also looks from time to time. When
 * the kernel says that it dropped events, the folders themselves are reported.
 */
export function watchFolders(
  folders: readonly string[],
  onChange: (paths: readonly string[]) => void,
): Disposable {
  const present = folders.filter((folder) => ifPresent(() => Deno.statSync(folder))?.isDirectory);
  if (present.length === 0) return { [Symbol.dispose]() {} };
  const watcher = Deno.watchFs([...present], { recursive: true });
  let isOver = false;
  // Events that wait in the queue must not be told after the end. A watcher that fails only misses events.
  follow(watcher, present, (paths) => {
    if (!isOver) onChange(paths);
  }).catch(() => {});
  return {
    [Symbol.dispose]() {
      if (!isOver) watcher.close();
      isOver = true;
    },
  };
}

async function follow(
  watcher: Deno.FsWatcher,
  folders: readonly string[],
  onChange: (paths: readonly string[]) => void,
): Promise<void> {
  for await (const event of watcher) {
    if (event.kind === "access") continue;
    onChange(event.flag === "rescan" || event.paths.length === 0 ? folders : event.paths);
  }
}
