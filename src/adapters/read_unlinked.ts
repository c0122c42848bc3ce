/**
 * Reading a file that an attacker may try to swap.
 *
 * @module
 */
import { UnusableFileError } from "../core/errors.ts";
import type { OpenedFile } from "../ports.ts";
import { factsOf, ifPresent } from "./paths.ts";

/** How often a file is opened again that somebody replaces all the time. */
const ATTEMPTS = 5;

/**
 * Reads a regular file, with the facts of the descriptor that was read; a link in the last component is not followed.
 *
 * Undefined when there is none. Throws `RangeError` when it is larger than `maxBytes`, `SyntaxError` when it is not
 * UTF-8, `UnusableFileError` when it is a link, no regular file or must not be read, `Error` when it was replaced again
 * and again while it was being opened.
 */
export function readUnlinked(path: string, maxBytes: number): OpenedFile | undefined {
  return ifPresent(() => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const opened = readOnce(path, maxBytes);
      if (opened) return opened;
    }
    throw new Error(`Cannot read "${path}": it was replaced while it was opened, expected the same file`);
  });
}

/** Undefined when the file was replaced between the look and the opening, as state files are all the time. */
function readOnce(path: string, maxBytes: number): OpenedFile | undefined {
  // The runtime cannot open with O_NOFOLLOW: look first, and compare with what the descriptor turns out to be.
  const seen = Deno.lstatSync(path);
  if (!seen.isFile) {
    throw new UnusableFileError(`Cannot read "${path}": it is ${kindText(seen)}, expected a regular file`);
  }
  const file = Deno.openSync(path);
  try {
    const opened = file.statSync();
    if (!opened.isFile || opened.dev !== seen.dev || opened.ino !== seen.ino) return undefined;
    return { text: readText(file, path, { size: opened.size, maxBytes }), facts: factsOf(opened) };
  } finally {
    file.close();
  }
}

function kindText(info: Deno.FileInfo): string {
  if (info.isSymlink) return "a symbolic link";
  return info.isDirectory ? "a folder" : "a special file";
}

const LINE_FEED = 10;
let decoder: TextDecoder | undefined;

/** The buffer is as large as the file, and only larger when the file grows meanwhile: most are small, and many. */
function readText(file: Deno.FsFile, path: string, { size: expected, maxBytes }: Bounds): string {
  let buffer = new Uint8Array(Math.min(expected, maxBytes) + 1);
  let size = 0;
  // Of a regular file, less than what was asked for is the rest.
  for (let isMore = true; isMore && size <= maxBytes;) {
    if (size === buffer.length) buffer = grown(buffer, maxBytes + 1);
    size += file.readSync(buffer.subarray(size)) ?? 0;
    isMore = size === buffer.length;
  }
  if (size > maxBytes) {
    throw new RangeError(`Cannot read "${path}": it is larger than ${maxBytes} bytes, expected at most that`);
  }
  return decode(buffer.subarray(0, size), path);
}

/** What is replaced in silence would be lost when the text is written back; the mark at its beginning is kept too. */
function decode(bytes: Uint8Array, path: string): string {
  decoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    throw new SyntaxError(
      `Cannot read "${path}" at line ${
        badLineOf(bytes, decoder)
      }: it holds bytes that are no UTF-8, expected UTF-8`,
    );
  }
}

/** The first line that cannot be decoded, from 1: a line break is never a part of another character. */
function badLineOf(bytes: Uint8Array, decoder: TextDecoder): number {
  let start = 0;
  for (let line = 1;; line++) {
    const end = bytes.indexOf(LINE_FEED, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? undefined : end));
    } catch {
      return line;
    }
    if (end < 0) return line;
    start = end + 1;
  }
}

interface Bounds {
  readonly size: number;
  readonly maxBytes: number;
}

function grown(buffer: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(buffer);
  return larger;
}
