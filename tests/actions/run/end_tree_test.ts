import { assertEquals } from "@std/assert";
import { endTree, type EndTreeOptions } from "../../../src/actions/run/supervision/end_tree.ts";
import type { ProcessSpec } from "../../../src/ports.ts";
import { fakeSystem } from "../../fakes/system.ts";

const OPTIONS: EndTreeOptions = { graceMs: 10_000, marks: ["OPENSVC_SESSION_ID=s1", "OPENSVC_RID=task#0"] };
const MARKED = { OPENSVC_SESSION_ID: "s1", OPENSVC_RID: "task#0" };
const SPEC: ProcessSpec = { argv: ["/bin/job"], cwd: "/", env: {}, stdin: "null" };

function started(program: Record<string, unknown>) {
  const system = fakeSystem({ programs: { "/bin/job": { durationMs: Infinity, ...program } } });
  return { system, root: system.processes.start(SPEC) };
}

/** Ends the tree while virtual time goes by; gives the signals, the survivors and how long it took. */
async function end({ system, root }: ReturnType<typeof started>, options: Partial<EndTreeOptions> = {}) {
  const begin = system.clock.monotonic();
  let isOver = false;
  const ending = endTree(system, root, { ...OPTIONS, ...options }).finally(() => isOver = true);
  while (!isOver) await system.clock.advance(10);
  const { survivors } = await ending;
  const tookMs = system.clock.monotonic() - begin;
  return { signals: system.processes.signals, survivors: survivors.map(({ pid }) => pid), tookMs };
}

Deno.test("endTree() is over soon when all obey", async () => {
  const run = started({});
  run.system.processes.adopt({ pid: 500, parent: run.root.pid, session: run.root.pid });
  const { signals, survivors, tookMs } = await end(run);
  assertEquals(signals, [`SIGTERM ${run.root.pid}`, "SIGTERM 500"]);
  assertEquals(survivors, []);
  assertEquals(tookMs < 100, true);
  assertEquals(run.system.processes.running, []);
});

Deno.test("endTree() kills after the grace who ignores TERM, and sends TERM only once", async () => {
  const run = started({ ignoresTerm: true });
  run.system.processes.adopt({ pid: 500, parent: run.root.pid }, {}, { ignoresTerm: true });
  const { signals, survivors, tookMs } = await end(run);
  const { pid } = run.root;
  assertEquals(signals.filter((signal) => signal.startsWith("SIGTERM")), [`SIGTERM ${pid}`, "SIGTERM 500"]);
  assertEquals(signals.slice(-2), [`SIGKILL ${pid}`, "SIGKILL 500"]);
  assertEquals(survivors, []);
  assertEquals(tookMs >= 10_000 && tookMs < 10_200, true);
});

Deno.test("endTree() leaves who holds the terminal to end with the others, and kills it after the grace", async () => {
  const held = (program: Record<string, unknown>) => {
    const system = fakeSystem({ programs: { "/bin/job": { durationMs: Infinity } } });
    const root = system.processes.start({ ...SPEC, isOnTerminal: true });
    system.processes.adopt({ pid: 500, parent: root.pid, session: 100 });
    system.processes.adopt({ pid: 501, parent: 500, session: 501 }, {}, program);
    return { system, root };
  };
  const { pid } = held({}).root;
  const { signals, tookMs } = await end(held({}), { sparesHolders: true, graceMs: 1_000 });
  assertEquals(signals, ["SIGTERM 501", `SIGKILL ${pid}`, "SIGKILL 500"]);
  assertEquals(tookMs >= 1_000, true);
  const stubborn = await end(held({ ignoresTerm: true }), { sparesHolders: true, graceMs: 1_000 });
  assertEquals(stubborn.signals.filter((signal) => /TERM/.test(signal)), ["SIGTERM 501"]);
  assertEquals(stubborn.survivors, []);
});

Deno.test("endTree() finds who left the session and lost its parent, by both marks", async () => {
  const run = started({});
  run.system.processes.adopt({ pid: 500 }, MARKED);
  run.system.processes.adopt({ pid: 501 }, { ...MARKED, OPENSVC_RID: "task#1" });
  run.system.processes.adopt({ pid: 502, parent: 500, session: 500 });
  await end(run);
  assertEquals(run.system.processes.running, [501]);
});

Deno.test("endTree() leaves strangers and older processes alone", async () => {
  const run = started({});
  run.system.processes.adopt({ pid: 500, startTime: 10 }, MARKED);
  run.system.processes.adopt({ pid: 501 });
  await end(run);
  assertEquals(run.system.processes.running, [500, 501]);
});

Deno.test("endTree() remembers a child whose parent obeyed", async () => {
  const run = started({});
  run.system.processes.adopt({ pid: 500, parent: run.root.pid }, {}, { ignoresTerm: true });
  let isOver = false;
  const ending = endTree(run.system, run.root, OPTIONS).finally(() => isOver = true);
  // The parent is gone now: the child belongs to the first process, in a session of its own.
  run.system.processes.adopt({ pid: 500, parent: 1 }, {}, { ignoresTerm: true });
  while (!isOver) await run.system.clock.advance(10);
  assertEquals((await ending).survivors, []);
  assertEquals(run.system.processes.running, []);
});

Deno.test("endTree() reports at once those that nobody may signal", async () => {
  const run = started({ refusesSignals: true });
  const { survivors, tookMs } = await end(run);
  assertEquals(survivors, [run.root.pid]);
  assertEquals(tookMs < 100, true);
});

Deno.test("endTree() asks the killer of the target user for those that the agent may not signal", async () => {
  const run = started({ refusesSignals: true });
  const { system, root } = run;
  const killerArgv = (signal: string, pids: readonly number[]): [string, ...string[]] => {
    if (signal === "SIGKILL") system.processes.finish(root.pid);
    return ["/usr/bin/killer", signal, ...pids.map(String)];
  };
  const { survivors } = await end(run, { killerArgv, graceMs: 100 });
  assertEquals(survivors, []);
  assertEquals(system.processes.helpers.map((argv) => argv.join(" ")), [
    `/usr/bin/killer SIGTERM ${root.pid}`,
    `/usr/bin/killer SIGKILL ${root.pid}`,
  ]);
});

Deno.test("endTree() skips the grace when the operator will not wait", async () => {
  const run = started({ ignoresTerm: true });
  const hurry = new AbortController();
  let isOver = false;
  const ending = endTree(run.system, run.root, { ...OPTIONS, signal: hurry.signal }).finally(() =>
    isOver = true
  );
  await run.system.clock.advance(1000);
  hurry.abort();
  while (!isOver) await run.system.clock.advance(10);
  assertEquals((await ending).survivors, []);
  assertEquals(run.system.clock.monotonic() < 2_200, true);
});
