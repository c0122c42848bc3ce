/**
 * Replacing a file so that a reader meets the old text or the new one, and a power cut leaves one of the two.
 *
 * @module
 */
import type { WriteOptions } from "../ports.ts";
import { parentOf } from "./paths.ts";

/** Writes a draft beside the file and renames it; with `isDurable`, file and folder are synced before it resolves. */
export async function replaceFile(path: string, text: string, options: WriteOptions = {}): Promise<void> {
  const { mode = 0o600, isDurable = false } = options;
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    using file = writeDraft(draft, text, mode);
    if (isDurable) await file.sync();
    moveOver(draft, path);
  } catch (cause) {
    removeQuietly(draft);
    throw new Error(`Cannot replace "${path}": ${messageOf(cause)}`, { cause });
  }
  if (isDurable) await syncFolder(parentOf(path));
}

function writeDraft(draft: string, text: string, mode: number): Deno.FsFile {
  const file = createIn(draft);
  try {
    writeAll(file, new TextEncoder().encode(text));
    // The process's umask must not decide: the mode is part of the contract.
    Deno.chmodSync(draft, mode);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** In one step, and not after a turn of the event loop: a rename costs microseconds. */
function moveOver(draft: string, path: string): void {
  Deno.renameSync(draft, path);
}

function createIn(draft: string): Deno.FsFile {
  const create = () => Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 });
  try {
    return create();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    Deno.mkdirSync(parentOf(draft), { recursive: true, mode: 0o700 });
    return create();
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSome(file, bytes.subarray(done));
}

function writeSome(file: Deno.FsFile, bytes: Uint8Array): number {
  try {
    return file.writeSync(bytes);
  } catch (error) {
    // A signal came first, as may be on a network: nothing was written, and the next try may do.
    if (error instanceof Deno.errors.Interrupted) return 0;
    throw error;
  }
}

/** Closed by hand: the minifier of the bundler loses a `using` whose variable is read once, and the folder stays open. */
async function syncFolder(path: string): Promise<void> {
  const folder = await Deno.open(path);
  try {
    await folder.sync();
  } finally {
    folder.close();
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The draft was never made, or is gone already.
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
