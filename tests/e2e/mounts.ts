/** Mounting for real, where this host allows it. */
import type { Box } from "./box.ts";
import { e2eTest, exec, needs } from "./box.ts";

/** Why nothing can be mounted here; undefined when it can. */
async function whyNoMounts(): Promise<string | undefined> {
  const missing = needs({ root: true, programs: ["mount", "umount"] });
  if (missing !== undefined) return missing;
  const folder = await Deno.makeTempDir();
  const { code } = await exec(["mount", "-t", "tmpfs", "try", folder]);
  if (code === 0) await exec(["umount", folder]);
  await Deno.remove(folder);
  return code === 0 ? undefined : "needs leave to mount";
}

const NO_MOUNTS = await whyNoMounts();

/** A test with a box whose mounts are gone afterwards, however it ends; left out for lack of a program, or for a reason. */
export function mountTest(
  name: string,
  body: (box: Box) => Promise<void>,
  programs: readonly string[] = [],
  ...reasons: readonly (string | undefined)[]
): void {
  const leftOut = [NO_MOUNTS, needs({ programs }), ...reasons].find((reason) => reason !== undefined);
  e2eTest(name, async (box) => {
    try {
      await body(box);
    } finally {
      await box.agent(["daemon", "stop", "--runs", "end"]);
      for (const point of mountsBelow(box.path).reverse()) await exec(["umount", "-l", point]);
    }
  }, { leftOut });
}

/** Mount points below a folder, in the order of mounting. */
export function mountsBelow(folder: string): string[] {
  return Deno.readTextFileSync("/proc/self/mountinfo").split("\n")
    .map((line) => (line.split(" ")[4] ?? "").replaceAll("\\040", " "))
    .filter((point) => point.startsWith(`${folder}/`));
}

export function makeFolder(path: string): void {
  Deno.mkdirSync(path, { recursive: true });
}

/** An empty file of so many bytes. */
export function makeFile(path: string, bytes: number): void {
  Deno.writeFileSync(path, new Uint8Array(bytes));
}

export function ownerOf(path: string): number | null {
  return Deno.statSync(path).uid;
}
