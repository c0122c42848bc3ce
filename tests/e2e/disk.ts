/**
 * A small disk of one's own below a box, to be filled, emptied and made read-only.
 *
 * @module
 */
import { join } from "@std/path";
import type { Box } from "./box.ts";
import { exec, needs, until } from "./box.ts";

/** A file system in memory, mounted over the root of a box. */
export class Disk {
  readonly #root: string;
  readonly #filler: string;

  constructor(box: Box) {
    this.#root = box.root;
    this.#filler = join(box.root, "filler");
  }

  /** Writes until nothing more can be written. */
  fill(): void {
    const file = Deno.openSync(this.#filler, { write: true, create: true, append: true });
    try {
      for (const size of [65_536, 4_096, 1]) fillWith(file, new Uint8Array(size));
    } finally {
      file.close();
    }
  }

  /** Makes room again. */
  empty(): void {
    Deno.removeSync(this.#filler);
  }

  /** Makes it read-only, as soon as nobody writes, or writable again. */
  async remount(mode: "ro" | "rw"): Promise<void> {
    const isDone = async () => (await exec(["mount", "-o", `remount,${mode}`, this.#root])).code === 0;
    await until(`the disk is ${mode}`, isDone);
  }
}

function fillWith(file: Deno.FsFile, bytes: Uint8Array): void {
  try {
    for (;;) file.writeSync(bytes);
  } catch (error) {
    if (!/No space left|Quota|os error 28/.test(String(error))) throw error;
  }
}

async function succeed(argv: readonly string[]): Promise<void> {
  const { code, stderr } = await exec(argv);
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}

/** Runs the body with a disk of 512 KiB under the root of the box; the daemon is stopped before it goes away. */
export async function withDisk(box: Box, body: (disk: Disk) => Promise<void>): Promise<void> {
  await succeed(["mount", "-t", "tmpfs", "-o", "size=512k,mode=755", "tmpfs", box.root]);
  try {
    await Deno.mkdir(join(box.root, "etc"));
    await body(new Disk(box));
  } finally {
    await succeed(["mount", "-o", "remount,rw", box.root]);
    await box.agent(["daemon", "stop", "--runs", "end"]);
    await succeed(["umount", "-l", box.root]);
  }
}

/** Why disks cannot be mounted here; undefined when they can. */
export function cannotMount(): string | undefined {
  const missing = needs({ root: true, programs: ["mount", "umount"] });
  if (missing !== undefined) return missing;
  const folder = Deno.makeTempDirSync({ prefix: "agent-mount-" });
  try {
    const mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder];
    if (!new Deno.Command("mount", { args: mount, stderr: "null" }).outputSync().success) {
      return "needs the right to mount";
    }
    new Deno.Command("umount", { args: [folder] }).outputSync();
    return undefined;
  } finally {
    Deno.removeSync(folder);
  }
}
