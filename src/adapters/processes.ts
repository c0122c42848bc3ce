/**
 * Processes of the host.
 *
 * @module
 */
import type { Processes, ProcessId } from "../ports.ts";
import { groupMembers, killGroup, makeGroup, removeGroup } from "./control_groups.ts";
import { processFacts } from "./process_facts.ts";
import { shieldChildren } from "./inheritance.ts";
import { noteOwnChild, reapOrphans } from "./orphans.ts";
import { hasInEnvironment, isAlive, readRow, readTable } from "./process_table.ts";
import { inNewSession, spawn } from "./spawn.ts";

/** What a helper is given to run with: nothing that the caller could have prepared. */
const HELPER_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

type Argv = readonly [string, ...string[]];

/** Makes the processes of the host; the agent's own identity is read when it is asked for. */
export function createProcesses(): Processes {
  let self: ProcessId | undefined;
  return {
    get self() {
      return self ??= { pid: Deno.pid, startTime: readRow("self")?.startTime ?? 0 };
    },
    start: spawn,
    isAlive,
    table: readTable,
    hasInEnvironment,
    facts: processFacts,
    signal,
    makeGroup,
    groupMembers,
    killGroup,
    removeGroup,
    output,
    background,
    foreground,
    reapOrphans,
  };
}

function signal(id: ProcessId, name: Deno.Signal): "sent" | "gone" | "refused" {
  if (!isAlive(id)) return "gone";
  try {
    Deno.kill(id.pid, name);
    return "sent";
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return "refused";
    return "gone";
  }
}

/** A program that cannot be started gives 127, as a shell would. */
function output([command, ...args]: Argv): { readonly code: number; readonly stdout: string } {
  shieldChildren();
  const options = { args, env: HELPER_ENVIRONMENT, clearEnv: true, stdin: "null", stderr: "null" } as const;
  try {
    const { code, stdout } = new Deno.Command(command, { ...options, stdout: "piped" }).outputSync();
    return { code, stdout: new TextDecoder().decode(stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return { code: 127, stdout: "" };
    }
    throw error;
  }
}

function background(
  argv: Argv,
  outputFile: string,
  variables: Readonly<Record<string, string>> = {},
): ProcessId {
  shieldChildren();
  const redirected = ["/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1', outputFile, ...argv] as const;
  const child = new Deno.Command(inNewSession(redirected).command, {
    ...inNewSession(redirected),
    env: { ...variables },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  noteOwnChild(child).unref();
  return { pid: child.pid, startTime: readRow(child.pid)?.startTime ?? 0 };
}

/** The terminal's interrupt goes to the program in front of the operator, not to the agent behind it. */
async function foreground([command, ...args]: Argv): Promise<number> {
  shieldChildren();
  const ignore = () => {};
  Deno.addSignalListener("SIGINT", ignore);
  try {
    const child = new Deno.Command(command, { args, stdin: "inherit", stdout: "inherit", stderr: "inherit" })
      .spawn();
    return (await noteOwnChild(child).status).code;
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
  }
}
