/** Moving from the 2.1 and the 3 agent, and back: their state is read, and ours is read by their rules. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";
import type { Box } from "./box.ts";
import { e2eTest, exists, kill, until } from "./box.ts";
import {
  isUuid,
  lastRunOf3,
  runsOf21,
  sessionOf,
  stampOf21,
  stampOf3,
  statusOf21,
  taskStatusOf21,
} from "./old_readers.ts";

const SESSION = "5b1c2f6e-1111-4222-8333-444455556666";
const TASK = "[DEFAULT]\nstatus_schedule = @0\n[task#0]\ncommand = true\nschedule = @1d\ncheck = last_run\n";

function put(box: Box, name: string, text: string, at?: number): string {
  const file = box.state("svc1", name);
  Deno.mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  Deno.writeTextFileSync(file, text);
  if (at !== undefined) Deno.utimeSync(file, at, at);
  return file;
}

async function scheduleOf(box: Box, env = {}): Promise<Record<string, unknown>> {
  const args = ["svc1", "print", "schedule", "--rid", "task#0", "--format", "json"];
  const { code, stdout, stderr } = await box.agent(args, { env });
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout)[0];
}

/** What these tests look at of `print status`. */
interface ShownStatus {
  readonly resources: Readonly<
    Record<
      string,
      { readonly status: string; readonly last_run: { readonly at: string; readonly session_id: string } }
    >
  >;
  readonly frozen: number;
  readonly provisioned: boolean;
  readonly running: readonly { readonly session_id: string }[];
}

async function statusOf(box: Box): Promise<ShownStatus> {
  const { stdout } = await box.agent(["svc1", "print", "status", "--format", "json"]);
  return JSON.parse(stdout)[0];
}

const AT = 1_763_971_200;
const stamps: [what: string, text: string, mtime: number | undefined, env: Record<string, string>][] = [
  ["of 2.1, a number", `${AT}.25\n`, undefined, {}],
  ["of 2.1, a whole number", `${AT}.0\n`, undefined, {}],
  ["of 2.1, an older date by the clocks of this host", "2025-11-24 09:00:00.123456\n", undefined, {
    TZ: "Europe/Paris",
  }],
  ["of 3, an empty file", "", AT, {}],
  ["that cannot be read, by the time of its file", "17639\0", AT, {}],
];

for (const [what, text, mtime, env] of stamps) {
  e2eTest(`print schedule reads a stamp ${what}`, async (box) => {
    box.config("svc1", TASK);
    put(box, "scheduler/last_task#0", text, mtime);
    assertEquals((await scheduleOf(box, env))["last_run"], AT);
  });
}

e2eTest("last runs, frozen and provisioned of 2.1 and 3 are what they were", async (box) => {
  box.config("svc1", `${TASK}[task#1]\ncommand = true\ncheck = last_run\n[fs#1]\ntype = flag\n`);
  put(box, "task#0/last_run_retcode", "1", AT);
  put(
    box,
    "task#1/last_run",
    `{"at":"2025-11-24T09:00:00.123456789+01:00","exitcode":0,"session_id":"${SESSION}"}`,
  );
  put(box, "frozen", "", AT);
  put(box, "fs#1/provisioned", "false");
  put(box, "status.json", "{}");
  const { resources, frozen, provisioned } = await statusOf(box);
  const [old, newer, flag] = ["task#0", "task#1", "fs#1"].map((rid) => resources[rid]);
  assertEquals([old?.status, newer?.status, flag?.status], ["down", "up", "down"]);
  assertEquals(old?.last_run.at, new Date(AT * 1000).toISOString());
  assertEquals(newer?.last_run.session_id, SESSION);
  assertEquals([frozen, provisioned], [AT, false]);
  assertEquals((await scheduleOf(box))["reason"], "the service is frozen");
  assertEquals((await box.agent(["svc1", "thaw"])).code, 0);
  assertEquals((await scheduleOf(box))["reason"], "the service is not provisioned");
});

e2eTest(
  "a run of an older agent takes its slot while its process lives, and not when its pid was used again",
  async (box) => {
    box.config("svc1", TASK);
    const other = new Deno.Command("sleep", { args: ["60"], env: { AGENT_ROOT: box.root } }).spawn();
    const record = put(box, `task#0/run/${other.pid}`, SESSION);
    const full = await box.agent(["svc1", "run"]);
    assertEquals([full.code, full.stderr.includes("task is already running 1 times")], [1, true]);
    assertEquals((await statusOf(box)).running[0]?.session_id, SESSION);
    // Older than the process: it names another one, that had the pid before.
    await Deno.utime(record, AT, AT);
    const { code, stderr } = await box.agent(["svc1", "run"]);
    assertEquals(code, 0, stderr);
    assertMatch(stderr, new RegExp(`clean up stale run file \\(process ${other.pid} does not run\\)`));
    kill(other.pid);
    await other.status;
    put(box, `task#0/run/${other.pid}`, SESSION);
    assertEquals((await box.agent(["svc1", "run"])).code, 0);
    assertEquals(exists(record), false);
  },
);

e2eTest("2.1 and 3 read what we write: stamps, last run, slots, freezing, status", async (box) => {
  const config = join(box.root, "etc", "svc1.conf");
  const rid = box.state("svc1", "task#0");
  for (const [command, code] of [["true", 0], ["sh -c 'exit 3'", 3]] as const) {
    box.config("svc1", TASK.replace("command = true", `command = ${command}`));
    const before = Math.floor(Date.now() / 1000);
    assertEquals((await box.agent(["svc1", "run", "--cron"])).code, code);
    const stamp = box.state("svc1", "scheduler", "last_task#0");
    const at = stampOf21(stamp)!;
    assert(at >= before && at <= Date.now() / 1000, `the stamp is now: ${at}`);
    assertEquals(stampOf3(stamp), at);
    assertEquals(taskStatusOf21(rid), code === 0 ? "up" : "down");
    const last = lastRunOf3(rid);
    assertEquals([last.exitcode, Math.floor(last.at.getTime() / 1000) >= before], [code, true]);
    const success = box.state("svc1", "scheduler", "last_task#0.success");
    if (code === 0) assertEquals([stampOf21(success), stampOf3(success)], [at, at]);
    else assert(stampOf21(success)! <= at);
  }
  assertEquals((await box.agent(["svc1", "freeze"])).code, 0);
  assertEquals(box.read(box.state("svc1", "frozen")), "");
  assertEquals((await box.agent(["svc1", "status"])).code, 0);
  assertEquals(typeof statusOf21(box.state("svc1"), config)?.["avail"], "string");
});

e2eTest("2.1 and 3 count our runs, by hand and of the daemon, and no run that is over", async (box) => {
  const rid = box.state("svc1", "task#0");
  box.config("svc1", TASK.replace("command = true", "command = sleep 60"));
  const byHand = box.start(["svc1", "run"]);
  await until("the run is there", () => runsOf21(rid) === 1);
  const [name] = box.list(join(rid, "run"));
  assert(isUuid(sessionOf(join(rid, "run", name!))));
  byHand.kill("SIGTERM");
  await byHand.status;
  assertEquals(runsOf21(rid), 0);
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the scheduled run is there", () => runsOf21(rid) === 1);
  assertEquals((await box.agent(["daemon", "stop", "--runs", "end"])).code, 0);
  assertEquals(runsOf21(rid), 0);
});
