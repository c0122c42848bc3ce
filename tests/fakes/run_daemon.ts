/**
 * The daemon in memory, with hands on its clock, its files and its signals.
 *
 * @module
 */
import { commandsOf } from "./run_service.ts";
import { startAgent } from "./run_agent.ts";
import type { FakeOptions, FakeSystem } from "./system.ts";
import { fakeSystem } from "./system.ts";

/** A daemon that runs while a test looks at it. */
export class DaemonUnderTest {
  constructor(readonly system: FakeSystem, readonly ended: Promise<number>) {}

  /** Lets seconds go by. */
  advance(seconds: number): Promise<void> {
    return this.system.clock.advance(seconds * 1000);
  }

  /** Writes a configuration as an operator would, and gives the daemon its two seconds. */
  async configure(service: string, text: string): Promise<void> {
    this.system.files.put(`/etc/agent/${service}.conf`, text);
    await this.advance(2);
  }

  /** Starts of commands since the last call, as `10:00:05 /bin/true`, in UTC. */
  takeStarts(): string[] {
    const { processes } = this.system;
    const lines = commandsOf(this.system).map((command, i) =>
      `${new Date(processes.started[i]!.at).toISOString().slice(11, 19)} ${command}`
    );
    processes.started.length = 0;
    return lines;
  }

  /** Messages of the daemon's own log that hold the text. */
  log(text = ""): string[] {
    const lines = (this.system.files.read("/var/log/agent/daemon.log") ?? "").split("\n");
    return lines.filter((line) => line.includes(text)).map((line) => line.slice(line.indexOf("| ") + 2));
  }

  /** The stamp of a task of svc1, as `10:00:05`. */
  stamp(rid = "task#0"): string | undefined {
    const text = this.system.files.read(`/var/lib/agent/svc/svc1/scheduler/last_${rid}`);
    return text && new Date(Number(text) * 1000).toISOString().slice(11, 19);
  }
}

/** Starts a daemon on a system, leaves it to the test, and stops it when that is done. */
export async function withDaemon(
  options: FakeOptions | FakeSystem,
  body: (daemon: DaemonUnderTest) => void | Promise<void>,
): Promise<FakeSystem> {
  const system = "clock" in options ? options : fakeSystem(options);
  const daemon = new DaemonUnderTest(system, startAgent(["daemon", "run"], system));
  await daemon.advance(0);
  try {
    await body(daemon);
  } finally {
    if (system.signals.send("SIGTERM")) system.signals.send("SIGTERM");
    await system.clock.runUntil(daemon.ended);
  }
  return system;
}
