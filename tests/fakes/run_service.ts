/**
 * One service in memory, and one action on it.
 *
 * @module
 */
import { STARTER } from "../../src/core/process/starter.ts";
import type { RunResult } from "../../src/core/run/result.ts";
import { runAgent } from "./run_agent.ts";
import { fakeSystem } from "./system.ts";
import type { FakeOptions, FakeSystem } from "./system.ts";

/** What became of the action. */
export interface Ran {
  readonly system: FakeSystem;
  readonly exitCode: number;
  /** What was started, in order. */
  readonly commands: readonly string[];
}

/** Runs `agent svc1 run ARGS` against a configuration. */
export async function runService(
  config: string,
  args: readonly string[] = [],
  options: FakeOptions = {},
): Promise<Ran> {
  const system = fakeSystem({ ...options, config: { ...options.config, svc1: config } });
  const exitCode = await runAgent(["svc1", "run", ...args], system);
  return { system, exitCode, commands: commandsOf(system) };
}

/** What was started, in order, without wrappers and without the starter and its five words. */
export function commandsOf({ processes }: FakeSystem): string[] {
  return processes.started.map(({ argv }) => argv.slice(argv.indexOf(STARTER) + 6).join(" "));
}

/** Results of `--format json`. */
export function resultsOf({ stdout }: FakeSystem): RunResult[] {
  return JSON.parse(stdout.text) as RunResult[];
}

/** What the log says, without time, in the order of the console: `task#0 INFO run confirmed`. */
export function logOf({ stderr }: FakeSystem): string[] {
  return stderr.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d,\d{3} +/, "").replace(/ +/g, " "));
}
