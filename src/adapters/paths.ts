/**
 * Small helpers that the file adapters share.
 *
 * @module
 */
import { UnusableFileError } from "../core/errors.ts";
import type { FileFacts } from "../ports.ts";

/** What the runtime says: `Permission denied (os error 13): lstat '/path'`. */
const DENIED_REGEXP = /: \w+ '(.*)'$/;

/**
 * What `action` gives; `undefined` when the file, or a folder on the way to it, does not exist. Throws
 * `UnusableFileError` when the rights do not suffice.
 */
export function ifPresent<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return undefined;
    const path = error instanceof Deno.errors.PermissionDenied && DENIED_REGEXP.exec(error.message)?.[1];
    if (path) {
      throw new UnusableFileError(
        `Cannot read "${path}": permission denied, expected the rights of its owner`,
      );
    }
    throw error;
  }
}

/** The folder of a path; `.` when the path has no slash. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  if (end < 0) return ".";
  return path.slice(0, end) || "/";
}

/** Facts of the port, from those of the runtime. */
export function factsOf(info: Deno.FileInfo): FileFacts {
  return {
    kind: info.isSymlink ? "link" : info.isDirectory ? "folder" : info.isFile ? "file" : "other",
    uid: info.uid ?? -1,
    gid: info.gid ?? -1,
    mode: (info.mode ?? 0) & 0o7777,
    size: info.size,
    links: info.nlink ?? 1,
    modifiedAt: info.mtime?.getTime() ?? 0,
  };
}
