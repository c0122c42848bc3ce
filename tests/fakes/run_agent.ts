/**
 * The whole program in memory: arguments in; exit code, output and state out.
 *
 * @module
 */
import { runCli } from "../../src/cli/run_cli.ts";
import { PROGRAM } from "../../src/commands/index.ts";
import type { FakeSystem } from "./system.ts";

/** Starts the agent without moving the clock, for what waits for a signal, such as the daemon. */
export function startAgent(args: readonly string[], system: FakeSystem): Promise<number> {
  return runCli(args, system, PROGRAM);
}

/** Runs the agent to its end, moving the clock whenever everything waits for it; resolves to the exit code. */
export function runAgent(args: readonly string[], system: FakeSystem): Promise<number> {
  return system.clock.runUntil(startAgent(args, system));
}
