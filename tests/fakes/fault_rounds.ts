/**
 * One scenario again and again, with a fault at its first call, its second … until none is left to fail.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { CARRIER } from "../../src/core/process/starter.ts";
import type { FaultKind } from "./faults.ts";
import { isTried, Life } from "./faults.ts";
import { startAgent } from "./run_agent.ts";
import { draftsOf, tornFiles } from "./state_check.ts";
import type { FakeSystem } from "./system.ts";

type Act = (life: Life, world: FakeSystem) => Promise<number | "died">;

/** What is done to the host in each round. */
export interface Rounds {
  readonly kind: FaultKind;
  /** Makes the host of a round. */
  world(): FakeSystem | Promise<FakeSystem>;
  /** What is done: a command line, or more than one. */
  readonly act: readonly string[] | Act;
  /** A shorter form of that, for what goes on for ever: its calls are those that are tried. */
  readonly beginning?: Act;
  /** What configurations look like afterwards, by path: each has its old text or its new one. */
  readonly configs?: Readonly<Record<string, string>>;
  /** One call of so many is tried; all of them by default. */
  readonly every?: number;
}

/** One round: the host, the process that met the fault, and what became of it. */
export interface Round extends Pick<Rounds, "kind"> {
  readonly world: FakeSystem;
  /** The texts that each configuration may have. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly life: Life;
  readonly code: number | "died";
}

/** Plays the scenario once for every call that it makes, or for some of them; a failed check names the call that was hit. */
export async function everyFault(rounds: Rounds, check: (round: Round) => Promise<void>): Promise<void> {
  const calls = await callsOf(rounds);
  assert(calls.length > 5, "the scenario makes calls");
  for (const [i, call] of calls.entries()) {
    if (!isTried(rounds.kind, call) || i % (rounds.every ?? 1) !== 0) continue;
    try {
      await playRound(rounds, i + 1, check);
    } catch (error) {
      const text = error instanceof Error ? error.stack ?? error.message : String(error);
      throw new Error(`call ${i + 1} (${call}) ${rounds.kind}: ${text}`);
    }
  }
}

async function callsOf({ world, beginning, act }: Rounds): Promise<readonly string[]> {
  const host = await world();
  const life = new Life(host, host.processes.self.pid);
  await actOf(beginning ?? act)(life, host);
  return life.calls;
}

async function playRound(rounds: Rounds, at: number, check: (round: Round) => Promise<void>): Promise<void> {
  const { kind, configs = {} } = rounds;
  const world = await rounds.world();
  const texts = allTexts(configsOf(world), configs);
  const life = new Life(world, world.processes.self.pid, { kind, at });
  try {
    const code = await actOf(rounds.act)(life, world);
    assert(life.isHit, "the same calls come in the same order");
    await check({ kind, texts, world, life, code });
  } finally {
    life.kill();
  }
}

function actOf(act: Rounds["act"]): Act {
  return typeof act === "function" ? act : (life) => life.outlive(startAgent(act, life.system));
}

/** The planned instants, or `by hand`, for which a task's command `/bin/job` was started, in order. */
export function startsOf({ processes }: FakeSystem, rid = "task#0"): string[] {
  return processes.started
    .filter(({ argv, env }) => argv.at(-1) === "/bin/job" && env[`${CARRIER}OPENSVC_RID`] === rid)
    .map(({ env }) => env[`${CARRIER}OPENSVC_PLANNED_AT`] ?? "by hand");
}

/** Whatever happened: no stack was shown, nothing is torn, and once the agent is gone no lock is held. */
export function assertWhole(round: Round): void {
  const { world, life } = round;
  const stack = life.system.stderr.text.split("\n").filter((line) => /^\s+at /.test(line));
  assertEquals(stack, [], "no stack is shown");
  assertEquals(tornFiles(world.files, round.texts), [], "every file is whole");
  life.kill();
  assertEquals(world.files.locked, [], "no lock is held");
}

/**
 * The next agent does its work two minutes later: what is done by hand, then a daemon, after which no slot is taken and
 * no draft is left.
 */
export async function assertMended(round: Round, byHand?: readonly string[], wanted = 0): Promise<void> {
  const { world } = round;
  assertWhole(round);
  await world.clock.advance(120_000);
  if (byHand) {
    const next = new Life(world, 200);
    assertEquals(await next.outlive(startAgent(byHand, next.system)), wanted, next.system.stderr.text);
    next.kill();
  }
  await withNextDaemon(world);
  const left = world.files.paths.filter((path) => /\/run\/\d/.test(path));
  assertEquals(left, [], "no slot is taken");
  assertEquals(draftsOf(world.files), [], "no draft is left");
  assertEquals(tornFiles(world.files, round.texts), [], "every file is whole at the end");
}

/** The configurations of a host, by path. */
export function configsOf({ files }: FakeSystem): Record<string, string> {
  const paths = files.paths.filter((path) => path.endsWith(".conf"));
  return Object.fromEntries(paths.map((path) => [path, files.read(path)!]));
}

function allTexts(...texts: readonly Readonly<Record<string, string>>[]): Record<string, readonly string[]> {
  const paths = new Set(texts.flatMap((each) => Object.keys(each)));
  const of = (path: string) => texts.map((each) => each[path]).filter((text) => text !== undefined);
  return Object.fromEntries([...paths].map((path) => [path, of(path)]));
}

/** Runs a daemon for a while. */
export async function withNextDaemon(world: FakeSystem, pid = 300, seconds = 70): Promise<Life> {
  const daemon = new Life(world, pid);
  const ended = startAgent(["daemon", "run"], daemon.system);
  await world.clock.advance(seconds * 1000);
  assert(daemon.system.signals.send("SIGTERM"), `the daemon runs: ${daemon.system.stderr.text}`);
  assertEquals(await daemon.outlive(ended), 0, "the daemon stops");
  daemon.kill();
  return daemon;
}
