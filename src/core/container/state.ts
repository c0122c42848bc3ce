import type { Status } from "../status.ts";

/** What an engine says of a container. */
export interface ContainerState {
  /** Such as `running`, `exited` or `paused`; `absent` when there is none of that name. */
  readonly state: string;
  /** How it ended; null while it has not, and when there is none. */
  readonly exitCode: number | null;
  /** The image that it was made from, as it was named then. */
  readonly image: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the program of an engine answered. */
export interface EngineAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const ABSENT_REGEXP = /no such (?:container|object)|no container with (?:name|id)/i;
const ENDED: ReadonlySet<string> = new Set(["exited", "stopped", "dead"]);

/** Reads the answer to `inspectArgv`; throws an `Error` with what the engine said when it could not tell. */
export function parseState({ code, stdout, stderr }: EngineAnswer): ContainerState {
  if (code !== 0) {
    if (ABSENT_REGEXP.test(stderr)) return { state: "absent", exitCode: null, image: null, labels: {} };
    throw new Error(engineProblem({ code, stdout, stderr }));
  }
  const [, state, exitCode, image, labels = ""] = /^(\S+) (-?\d+) (\S*)(?: (.*))?$/m.exec(stdout) ?? [];
  if (state === undefined) {
    throw new Error(`Cannot read the answer of the engine "${stdout.trim()}": expected a state`);
  }
  const told = { state, image: image || null, labels: readLabels(labels) };
  return { ...told, exitCode: ENDED.has(state) ? Number(exitCode) : null };
}

/** A container without labels has `null`. */
function readLabels(text: string): Record<string, string> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Whether a container does nothing any more, or does not yet. */
export function isIdle({ state }: Pick<ContainerState, "state">): boolean {
  return ENDED.has(state) || state === "absent" || state === "created" || state === "configured";
}

/** The last line of what the engine said, without the names that programs put before their errors. */
export function engineProblem({ code, stderr }: EngineAnswer): string {
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const said = lines.findLast((line) => !/^(?:see|run) '.*--help'/i.test(line)) ?? `exit code ${code}`;
  return said.replace(/^(?:error: )+/i, "").replace(/^error response from daemon: /i, "");
}

/** The status of a container resource, and what there is to say about it. */
export function statusOfState(
  { state, exitCode }: Pick<ContainerState, "state" | "exitCode">,
): { readonly status: Status; readonly message?: string } {
  if (state === "running") return { status: "up" };
  if (state === "absent" || state === "created" || state === "configured") return { status: "down" };
  if (ENDED.has(state)) {
    return exitCode ? { status: "down", message: `it ended with code ${exitCode}` } : { status: "down" };
  }
  return { status: "warn", message: `the container is ${state}` };
}
