/**
 * Reading a piece of a file that may be long, and may be given another name meanwhile.
 *
 * @module
 */
import type { FilePart } from "../ports.ts";
import { ifPresent } from "./paths.ts";

/** Reads from a byte on to the end (a negative one counts from the end), with the identity of the opened file. */
export function readFrom(path: string, from: number): FilePart | undefined {
  return ifPresent(() => {
    const file = Deno.openSync(path);
    try {
      const { size, dev, ino } = file.statSync();
      const start = from < 0 ? Math.max(0, size + from) : Math.min(from, size);
      if (start > 0) file.seekSync(start, Deno.SeekMode.Start);
      return { bytes: readExactly(file, size - start), size, identity: `${dev}:${ino}` };
    } finally {
      file.close();
    }
  });
}

/** What is added meanwhile is left for the next look; a file that became shorter gives less. */
function readExactly(file: Deno.FsFile, length: number): Uint8Array {
  const buffer = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const count = file.readSync(buffer.subarray(read));
    if (count === null) break;
    read += count;
  }
  return buffer.subarray(0, read);
}
