/**
 * Files and folders of the host.
 *
 * @module
 */
import type { Bytes, FileFacts, Files, FolderEntry } from "../ports.ts";
import { handOver } from "./hand_over.ts";
import { lockFile, tryLock } from "./lock_file.ts";
import { readFrom } from "./read_from.ts";
import { readUnlinked } from "./read_unlinked.ts";
import { replaceFile } from "./replace_file.ts";
import { factsOf, ifPresent, parentOf } from "./paths.ts";
import { releaseRoom } from "./release_room.ts";
import { watchFolders } from "./watch_folders.ts";

/** Makes the files of the host. */
export function createFiles(): Files {
  return {
    read: (path) => ifPresent(() => Deno.readTextFileSync(path)),
    readUnlinked,
    readFrom,
    readBytes,
    readPart,
    overwrite,
    release: releaseRoom,
    facts: (path) => ifPresent(() => factsOf(Deno.lstatSync(path))),
    realPath: (path) => ifPresent(() => Deno.realPathSync(path)),
    list,
    makeFolder,
    replace: replaceFile,
    append,
    setMode: (path, mode) => Deno.chmodSync(path, mode),
    setOwner: (path, { uid, gid }) => Deno.chownSync(path, uid, gid),
    handOver,
    rename: (from, to) => Deno.renameSync(from, to),
    remove,
    touch: (path, at) => Deno.utimeSync(path, new Date(at), new Date(at)),
    lock: lockFile,
    tryLock,
    watch: watchFolders,
  };
}

function readPart(path: string, offset: number, max: number): Uint8Array | undefined {
  return ifPresent(() => {
    const file = Deno.openSync(path);
    try {
      file.seekSync(offset, Deno.SeekMode.Start);
      const buffer = new Uint8Array(Math.min(max, Math.max(0, file.statSync().size - offset)));
      return buffer.subarray(0, file.readSync(buffer) ?? 0);
    } finally {
      file.close();
    }
  });
}

function overwrite(path: string, text: string): void {
  const file = Deno.openSync(path, { write: true, create: true, mode: 0o600 });
  try {
    file.writeSync(new TextEncoder().encode(text));
  } finally {
    file.close();
  }
}

/** One byte more than allowed shows that there is more, also of a pipe, which has no size. */
function readBytes(path: string, maxBytes: number): Bytes | undefined {
  return ifPresent(() => {
    const file = Deno.openSync(path);
    try {
      const buffer = new Uint8Array(maxBytes + 1);
      let size = 0;
      for (let count: number | null = 0; count !== null && size < buffer.length; size += count ?? 0) {
        count = file.readSync(buffer.subarray(size));
      }
      if (size <= maxBytes) return buffer.slice(0, size);
    } finally {
      file.close();
    }
    throw new RangeError(`Cannot read "${path}": it is larger than ${maxBytes} bytes, expected at most that`);
  });
}

function list(folder: string): readonly FolderEntry[] {
  return ifPresent(() =>
    [...Deno.readDirSync(folder)].map(({ name, ...is }) => ({ name, kind: kindOf(is) }))
  ) ?? [];
}

function kindOf(is: Omit<Deno.DirEntry, "name">): FileFacts["kind"] {
  if (is.isSymlink) return "link";
  if (is.isDirectory) return "folder";
  return is.isFile ? "file" : "other";
}

function makeFolder(path: string, mode = 0o700): void {
  Deno.mkdirSync(path, { recursive: true, mode });
}

function append(path: string, text: string, mode = 0o640): void {
  const write = () => Deno.writeTextFileSync(path, text, { append: true, mode });
  try {
    write();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    makeFolder(parentOf(path));
    write();
  }
}

function remove(path: string): boolean {
  return ifPresent(() => {
    Deno.removeSync(path, { recursive: true });
    return true;
  }) ?? false;
}
