import { join } from "@std/path";
import { isGlob, matchesGlob } from "../../core/naming/glob.ts";
import type { System } from "../../ports.ts";

type Files = Pick<System["files"], "list" | "realPath" | "facts">;

/** The paths that patterns stand for, in the order of a shell; a path without a pattern is taken as it is. */
export function expandSources(files: Files, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => isGlob(pattern) ? expand(files, pattern) : [pattern]);
}

function expand(files: Files, pattern: string): string[] {
  const isFolder = pattern.endsWith("/");
  const parts = pattern.split("/").filter((part) => part !== "");
  let found = ["/"];
  for (const part of parts) found = found.flatMap((folder) => children(files, folder, part));
  if (!isFolder) return found;
  return found.filter((path) => isFolderAt(files, path)).map((path) => `${path}/`);
}

/** What a part of a pattern names in a folder; hidden names only when the part says so. */
function children(files: Files, folder: string, part: string): string[] {
  if (!isGlob(part)) {
    const path = join(folder, part);
    return files.realPath(path) === undefined ? [] : [path];
  }
  if (!isFolderAt(files, folder)) return [];
  return files.list(folder)
    .map(({ name }) => name)
    .filter((name) => (!name.startsWith(".") || part.startsWith(".")) && matchesGlob(name, part))
    .sort()
    .map((name) => join(folder, name));
}

function isFolderAt(files: Files, path: string): boolean {
  const real = files.realPath(path);
  return real !== undefined && files.facts(real)?.kind === "folder";
}
