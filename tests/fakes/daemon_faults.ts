/**
 * Every call of a daemon fails, or is where it dies, in turn: it goes on, or the next one does, and nothing runs twice.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { FaultKind, Life } from "./faults.ts";
import { FAULT_KINDS } from "./faults.ts";
import { assertMended, assertWhole, everyFault, startsOf, withNextDaemon } from "./fault_rounds.ts";
import type { Round } from "./fault_rounds.ts";
import { startAgent } from "./run_agent.ts";
import type { FakeSystem } from "./system.ts";
import { fakeSystem } from "./system.ts";

/** The first minute has everything in it: the start, runs, the status, a second look at the files. */
const FAULT_SECONDS = 65;
/** What was hit by a fault is looked at again within a minute. */
const SECONDS = 135;

/** Runs the daemon for so many seconds, then stops it; one that met its fault at the start may have ended before. */
function daemonFor(seconds: number) {
  return async (life: Life, world: FakeSystem): Promise<number | "died"> => {
    const ended = startAgent(["daemon", "run"], life.system);
    ended.catch(() => {});
    await world.clock.advance(seconds * 1000);
    if (!life.isDead) life.system.signals.send("SIGTERM");
    return await life.outlive(ended);
  };
}

/** One boot and many planned instants, each of them used once at most. */
function assertOnce(world: FakeSystem): void {
  for (const rid of ["task#0", "task#1"]) {
    const starts = startsOf(world, rid);
    assertEquals(starts.length, new Set(starts).size, `a planned instant ran twice: ${starts}`);
  }
  const boots = world.processes.started.filter(({ argv }) => argv[0]?.endsWith("setpriv"));
  assert(boots.length <= 1, "it ran twice for one boot");
}

/** Whether the task was started in the last minute. */
function isGoingOn(world: FakeSystem): boolean {
  return world.processes.started.some(({ argv, at }) =>
    argv.at(-1) === "/bin/job" && at > world.clock.now() - 60_000
  );
}

async function checkFailure(round: Round): Promise<void> {
  const { world, life, code } = round;
  const log = world.files.read("/var/log/agent/daemon.log") ?? "";
  if (!log.includes("the daemon stops")) {
    assert(code === 1 || code === 3, `it ended with ${code}`);
    assert(/^agent: .+\n$/.test(life.system.stderr.text), `one line: ${life.system.stderr.text}`);
    const begin = `the daemon starts, process ${life.system.processes.self.pid}`;
    assert(!log.includes(begin), "it did not even begin");
  } else {
    assertEquals(code, 0);
    assert(isGoingOn(world), `it goes on: ${startsOf(world)}\n${log}`);
  }
  await assertMended(round);
}

async function checkDeath(round: Round): Promise<void> {
  const { world } = round;
  assertWhole(round);
  assertOnce(world);
  // A restart within the same period, and long before any draft is old.
  await withNextDaemon(world, 250, 70);
  assertOnce(world);
  assert(isGoingOn(world), `the next one goes on: ${startsOf(world)}`);
  await assertMended(round);
}

function check(kind: FaultKind, round: Round): Promise<void> {
  return kind.startsWith("dies") ? checkDeath(round) : checkFailure(round);
}

/** What is played: a configuration, and how long its command `/bin/job` takes, in milliseconds. */
export interface DaemonScenario {
  readonly what: string;
  readonly config: string;
  readonly durationMs: number;
  /** What happened before on the host. */
  before?(world: FakeSystem): Promise<void>;
  /** One call of so many is tried; all of them by default. */
  readonly every?: number;
}

/** Declares the tests of a daemon in which each of its calls fails, or is where it dies. */
export function testDaemon({ what, config, durationMs, before, every = 1 }: DaemonScenario): void {
  for (const kind of FAULT_KINDS) {
    Deno.test(`the daemon survives that any call ${kind}: ${what}`, async () => {
      const programs = { "/bin/job": { code: 7, durationMs } };
      const world = async () => {
        const host = fakeSystem({ config: { svc1: config }, programs });
        await before?.(host);
        return host;
      };
      const [act, beginning] = [daemonFor(SECONDS), daemonFor(FAULT_SECONDS)];
      await everyFault({ kind, world, act, beginning, every }, async (round) => {
        await check(kind, round);
        assertOnce(round.world);
      });
    });
  }
}
