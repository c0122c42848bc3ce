/**
 * The shells that `/bin/sh` may be, as far as they are here.
 *
 * @module
 */

const CANDIDATES = [["dash"], ["bash", "--posix"], ["busybox", "ash"]];

/** A BusyBox that runs its own applets whatever the PATH says is not one that a host has as `/bin/sh`. */
function isUsable(shell: readonly string[]): boolean {
  const [program = "", ...args] = shell;
  if (
    !new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" }).outputSync().success
  ) {
    return false;
  }
  const env = { PATH: "/nowhere" };
  const probe: Deno.CommandOptions = {
    args: [...args, "-c", "exec cat </dev/null"],
    clearEnv: true,
    env,
    stderr: "null",
  };
  const path = (Deno.env.get("PATH") ?? "").split(":").map((folder) => `${folder}/${program}`).find(isFile);
  return path !== undefined && !new Deno.Command(path, probe).outputSync().success;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

export const SHELLS: readonly (readonly string[])[] = CANDIDATES.filter(isUsable);
