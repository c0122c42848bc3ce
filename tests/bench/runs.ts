/**
 * What a run costs inside of the daemon, against the bare wrapper started by the same process, in turns.
 *
 * Run by `scripts/bench --runs`. As root the command runs as `nobody` through `setpriv`; else as who asks, without a
 * wrapper.
 *
 * @module
 */
// deno-lint-ignore-file no-console no-sync-fn-in-async-fn -- prints, and nothing else waits
import { createAgent } from "../../src/actions/agent.ts";
import { loadInstance } from "../../src/actions/load.ts";
import { runAction } from "../../src/actions/run/run.ts";
import { StopRequest } from "../../src/actions/run/stop_request.ts";
import { createSystem } from "../../src/adapters/system.ts";
import { parseObjectPath } from "../../src/core/naming/object_path.ts";

const ROUNDS = 201;
const WARM_UP = 20;
/** The goal: at most so many times the bare wrapper, plus so many milliseconds. */
const GOAL = { times: 1.3, plusMs: 3 } as const;

const isRoot = Deno.uid() === 0;
const IDENTITY = ["--reuid", "65534", "--regid", "65534", "--init-groups", "--"];
const bare = isRoot ? ["/usr/bin/setpriv", ...IDENTITY, "/bin/true"] : ["/bin/true"];

async function runBare(): Promise<void> {
  const [command = "", ...args] = bare;
  const options = { args, clearEnv: true, stdin: "null", stdout: "null", stderr: "null" } as const;
  await new Deno.Command(command, options).spawn().status;
}

async function medianOf(works: readonly (() => Promise<void>)[]): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [i, work] of works.entries()) {
      const start = performance.now();
      await work();
      if (round >= 0) times[i]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? NaN);
}

async function main(folder: string): Promise<void> {
  const user = isRoot ? "user = nobody\n" : "";
  Deno.mkdirSync(`${folder}/etc`, { mode: 0o700 });
  const text = `[DEFAULT]\nnodes = *\n[task#0]\ncommand = /bin/true\n${user}schedule = @1d\n`;
  Deno.writeTextFileSync(`${folder}/etc/svc.conf`, text, { mode: 0o600 });
  const agent = createAgent(createSystem(), { root: folder });
  const loaded = loadInstance(agent, parseObjectPath("svc"));
  if (loaded.kind !== "loaded") throw new Error(`Cannot load the service: ${loaded.kind}`);
  const run = (leaving: AbortSignal | undefined) => async () => {
    const { results } = await runAction(agent, [loaded.instance], {
      filter: { rid: "task#0" },
      origin: "scheduler",
      isScheduled: true,
      plannedAt: Math.floor(Date.now() / 1000),
      isConfirmed: false,
      isForced: false,
      waitMs: 0,
      extraArgs: [],
      environment: {},
      isParallel: false,
      questionsOn: "stderr",
      stop: new StopRequest(),
      ...(leaving ? { leaving } : {}),
    });
    if (results[0]?.code !== 0) throw new Error(`Cannot run: ${results[0]?.reason}`);
  };
  const works = [runBare, run(new AbortController().signal), run(undefined)];
  const [base = NaN, supervised = NaN, child = NaN] = await medianOf(works);
  const limit = GOAL.times * base + GOAL.plusMs;
  const line = (what: string, ms: number, verdict = "") =>
    console.log(
      `${what.padEnd(58)}  ${ms.toFixed(2).padStart(6)} ms  ${
        (ms / base).toFixed(2).padStart(5)
      } x${verdict}`,
    );
  line(bare.join(" "), base);
  const verdict = `  goal ${GOAL.times} x + ${GOAL.plusMs} ms = ${limit.toFixed(2)} ms: ${
    supervised <= limit ? "met" : "missed"
  }`;
  line("a run of it by the daemon, supervised, all on record", supervised, verdict);
  line("the same as a child, as by hand", child);
}

const folder = Deno.makeTempDirSync({ prefix: "agent-bench-" });
try {
  await main(Deno.realPathSync(folder));
} finally {
  Deno.removeSync(folder, { recursive: true });
}
Deno.exit(0);
