import { runAgent } from "../../fakes/run_agent.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../../fakes/system.ts";

/** What one command line did. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly system: FakeSystem;
}

/** Runs one command line on a fresh host. */
export async function call(args: readonly string[], options: FakeOptions = {}): Promise<Called> {
  return await callOn(fakeSystem(options), ...args);
}

/** Runs one more command line on a host. */
export async function callOn(system: FakeSystem, ...args: string[]): Promise<Called> {
  system.stdout.clear();
  system.stderr.clear();
  const code = await runAgent(args, system);
  return { code, out: system.stdout.text, err: system.stderr.text, system };
}

/** The text of the configuration of a service. */
export function configOf(system: FakeSystem, name: string): string | undefined {
  return system.files.read(`/etc/agent/${name}.conf`);
}
