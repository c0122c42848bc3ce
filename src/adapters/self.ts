/**
 * How this program was started, and how to start it again, whichever kind of executable it is.
 *
 * @module
 */
import { ifPresent } from "./paths.ts";

/** Set by the start text of the self-extracting executable and by the script that runs from source. */
const EXECUTABLE = "AGENT_EXECUTABLE";
const CALLED_AS = "AGENT_CALLED_AS";

/** The command that starts this agent again: its executable, or the runtime with the main module. */
export function selfCommand(): readonly [string, ...string[]] {
  const executable = ownExecutable();
  if (executable) return [executable];
  return [Deno.execPath(), "run", "--allow-all", new URL(Deno.mainModule).pathname];
}

/** The name of the symbolic link that it was called by, when it is not the executable's own name. */
export function calledAs(): string | undefined {
  const executable = ownExecutable();
  const caller = executable && callerPath();
  if (!caller || !ifPresent(() => Deno.lstatSync(caller).isSymlink)) return undefined;
  const name = nameOf(caller);
  return name === nameOf(executable) ? undefined : name;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function ownExecutable(): string | undefined {
  if (Deno.build.standalone) return Deno.execPath();
  const path = Deno.env.get(EXECUTABLE);
  return path?.startsWith("/") && isTrustworthy(path) ? path : undefined;
}

/**
 * A variable is only a hint: what it names must belong to root or to the caller, and not be writable by everybody. (By
 * the group it may be: a checkout often is, where each user has a group of their own.)
 */
function isTrustworthy(path: string): boolean {
  return ifPresent(() => {
    const { isFile, uid, mode } = Deno.statSync(path);
    return isFile && (uid === 0 || uid === Deno.uid()) && ((mode ?? 0o777) & 0o002) === 0;
  }) ?? false;
}

function callerPath(): string | undefined {
  if (!Deno.build.standalone) return Deno.env.get(CALLED_AS);
  const first = Deno.readTextFileSync("/proc/self/cmdline").split("\0")[0] ?? "";
  if (first.includes("/")) return first;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  return folders.map((folder) => `${folder || "."}/${first}`).find((path) =>
    ifPresent(() => Deno.lstatSync(path))
  );
}
