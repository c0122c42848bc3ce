/**
 * More than one agent on the same host.
 *
 * @module
 */
import type { ProcessId } from "../../src/ports.ts";
import { FakeHost } from "./host.ts";
import { FakeTerminal } from "./people.ts";
import { startAgent } from "./run_agent.ts";
import type { FakeSystem } from "./system.ts";

/** The same host as another agent sees it: a process of its own, and no console. */
export function otherAgent(
  system: FakeSystem,
  self: ProcessId,
  variables: Readonly<Record<string, string>> = {},
): FakeSystem {
  const processes = new Proxy(system.processes, {
    get(target, name) {
      if (name === "self") return self;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const terminal = new FakeTerminal("", {}, 0);
  const environment = { ...system.host.environment, ...variables };
  // Its own ids must not be those of the first agent.
  const uuid = () => system.host.uuid();
  const host = Object.assign(new FakeHost({ environment, bootId: system.host.bootId }), { uuid });
  return { ...system, processes, terminal, host, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** An agent in the background. */
export interface Background extends ProcessId {
  readonly argv: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly outputFile: string;
  readonly system: FakeSystem;
  readonly ended: Promise<number>;
}

/** Lets `background` really start an agent, which then runs beside the test. */
export function startBackgrounds(system: FakeSystem): Background[] {
  const started: Background[] = [];
  system.processes.background = (argv, outputFile, variables = {}) => {
    const pid = 5_000 + started.length;
    const id = { pid, startTime: 3_000 + pid };
    system.processes.adopt(id);
    const other = otherAgent(system, id, variables);
    const ended = startAgent(argv.slice(system.host.self.length), other).finally(() =>
      system.processes.finish(pid)
    );
    started.push({ ...id, argv, variables, outputFile, system: other, ended });
    return id;
  };
  return started;
}
