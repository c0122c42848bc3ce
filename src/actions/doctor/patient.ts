import type { Agent } from "../agent.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import type { Instance } from "../load.ts";
import type { Unusable } from "../select.ts";

/** What the checks look at: the agent, and the services of this node, read once. */
export interface Patient {
  readonly agent: Agent;
  /** Why `node.conf` cannot be used; the agent is then as it would be without it. */
  readonly nodeProblem: string | undefined;
  readonly instances: readonly Instance[];
  readonly unusable: readonly Unusable[];
}

/** One family of checks. */
export type Check = (patient: Patient) => readonly Finding[] | Promise<readonly Finding[]>;

const FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs a helper for at most two seconds, where the host can bound it; undefined when there is no such program. */
export function askProgram(
  { system: { host, processes } }: Pick<Agent, "system">,
  argv: readonly [string, ...string[]],
): { readonly code: number; readonly stdout: string } | undefined {
  // A path is taken as it is.
  const program = host.findProgram(argv[0], FOLDERS);
  if (program === undefined) return undefined;
  const timeout = host.findProgram("timeout", FOLDERS);
  return processes.output([...(timeout === undefined ? [] : [timeout, "2"]), program, ...argv.slice(1)] as [
    string,
    ...string[],
  ]);
}

/** The folder itself, or the nearest one above it that exists. */
export function existingFolder({ system: { files } }: Pick<Agent, "system">, folder: string): string {
  for (let at = folder;; at = at.slice(0, at.lastIndexOf("/")) || "/") {
    const real = files.realPath(at);
    if (real !== undefined || at === "/") return real ?? "/";
  }
}
