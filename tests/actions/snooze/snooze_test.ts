import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FakeReply } from "../../fakes/http.ts";
import { Life } from "../../fakes/faults.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { withDaemon } from "../../fakes/run_daemon.ts";
import { COLLECTOR_NODE, NODE_UUID } from "../../fakes/spooled.ts";
import type { FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const QUIET = `${COLLECTOR_NODE}dblog = false\n`;
const TASK = "[DEFAULT]\nnodes = n1\n[task#0]\ncommand = /bin/job\nsnooze = 10m\n";
const NOTES = "/var/lib/agent/svc/svc1/snoozed";
const PATH = "POST /init/rest/api/services/self/snooze";

function host(config = TASK, node = QUIET): FakeSystem {
  return fakeSystem({
    config: { svc1: config },
    files: { "/etc/agent/node.conf": node },
    programs: { "/bin/job": { durationMs: 5_000 } },
  });
}

/** What was asked, as `10:00:00 duration=600s`. */
function asked({ http }: FakeSystem): string[] {
  return http.asked.filter(({ line }) => line === PATH)
    .map(({ at, body }) => `${new Date(at).toISOString().slice(11, 19)} ${body}`.trim());
}

Deno.test("the collector is asked for quiet before the command, and told when it is over", async () => {
  const system = host();
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(asked(system), ["10:00:00 duration=600s", "10:00:05"]);
  const [request] = system.http.asked;
  assertEquals(request?.url, "https://c.example.com/init/rest/api/services/self/snooze");
  assertEquals(request?.login, { user: "svc1@n1", password: NODE_UUID });
  assertEquals(request?.headers?.["content-type"], "application/x-www-form-urlencoded");
  assertEquals(system.files.list(NOTES), []);
});

Deno.test("dbopensvc says where the old interface of the collector is", async () => {
  const system = host(TASK, `${QUIET}dbopensvc = old.example.com:8443/feed\n`);
  await runAgent(["svc1", "run"], system);
  assertEquals(system.http.asked[0]?.url, "https://old.example.com:8443/init/rest/api/services/self/snooze");
});

const ends: readonly [edge: string, config: string, code: number][] = [
  ["a timeout", `${TASK}timeout = 2s\n`, 124],
  ["a command that fails", TASK.replace("/bin/job", "/bin/false"), 1],
  ["a trigger that blocks it", `${TASK}blocking_pre_run = /bin/false\n`, 1],
];

for (const [edge, config, code] of ends) {
  Deno.test(`the quiet is over after ${edge}`, async () => {
    const system = fakeSystem({
      config: { svc1: config },
      files: { "/etc/agent/node.conf": QUIET },
      programs: { "/bin/job": { durationMs: 60_000 }, "/bin/false": { code: 1 } },
    });
    assertEquals(await runAgent(["svc1", "run"], system), code);
    assertEquals(asked(system).length, 2);
    assertEquals(system.files.list(NOTES), []);
  });
}

const troubles: readonly [edge: string, reply: FakeReply, startsAt: string, says: string][] = [
  ["refuses connections", "refused", "10:00:00", "Connection refused"],
  ["has no such request", 404, "10:00:00", "it answered with status 404"],
  ["hangs", "hangs", "10:00:05", "no answer within 5 s"],
];

for (const [edge, reply, startsAt, says] of troubles) {
  Deno.test(`a collector that ${edge} costs a run collector_timeout at most, and never fails it`, async () => {
    const system = host();
    system.http.reply = reply;
    assertEquals(await runAgent(["svc1", "run"], system), 0);
    const [started] = system.processes.started;
    assertEquals(new Date(started!.at).toISOString().slice(11, 19), startsAt);
    assertStringIncludes(system.stderr.text, `snooze: the collector was not told: ${says}`);
    assertEquals(system.stderr.text.includes(NODE_UUID), false);
    // Five seconds of the command, and those of the collector: before it, after it, or both.
    assert(system.clock.now() - Date.parse("2026-03-02T10:00:05Z") <= 5_000, "the process ends in time");
    const isOpen = typeof reply !== "number";
    const hope = "a daemon tries again, and it ends by itself at 2026-03-02T10:10:00.000Z";
    assertEquals(system.stderr.text.includes(hope), isOpen, "what was refused need not be taken back");
    assertEquals(system.files.list(NOTES).length, isOpen ? 1 : 0);
  });
}

Deno.test("a daemon that runs takes back what a run by hand could not, and tells of it once", async () => {
  const system = host();
  await withDaemon(system, async (daemon) => {
    system.http.reply = ({ body, line }) => line === PATH && body === "" ? "refused" : 202;
    const life = new Life(system, 200);
    const run = startAgent(["svc1", "run"], life.system);
    await daemon.advance(10);
    assertEquals(await life.outlive(run), 0);
    await daemon.advance(200);
    assertEquals(system.files.list(NOTES).length, 1);
    const told = system.files.read("/var/log/agent/svc1.log")!.split("\n");
    assertEquals(told.filter((line) => line.includes("snooze: not taken back")).length, 1);
    system.http.reply = 202;
    await daemon.advance(65);
    assertEquals(system.files.list(NOTES), []);
    const count = asked(system).length;
    await daemon.advance(300);
    assertEquals(asked(system).length, count, "and leaves it at that");
  });
});

Deno.test("a daemon takes back later what it could not after its own run", async () => {
  const system = host(`${TASK}schedule = @1h\n`);
  system.http.reply = ({ body, line }) => line === PATH && body === "" ? "refused" : 202;
  await withDaemon(system, async (daemon) => {
    await daemon.advance(30);
    assertEquals(system.files.list(NOTES).length, 1);
    system.http.reply = 202;
    await daemon.advance(65);
    assertEquals(system.files.list(NOTES), []);
  });
});

Deno.test("what could not be taken back is taken back by the next daemon, unless it is over by itself", async () => {
  const system = host();
  system.http.reply = ({ body }) => body === "" ? "refused" : 202;
  await runAgent(["svc1", "run"], system);
  assertEquals(system.files.list(NOTES).length, 1);
  system.http.asked.length = 0;
  system.http.reply = 202;
  await withDaemon(system, (daemon) => daemon.advance(1));
  assertEquals([asked(system).length, system.files.list(NOTES)], [1, []]);

  const late = host();
  late.http.reply = ({ body }) => body === "" ? "refused" : 202;
  await runAgent(["svc1", "run"], late);
  await late.clock.advance(600_000);
  late.http.asked.length = 0;
  await withDaemon(late, (daemon) => daemon.advance(1));
  assertEquals([asked(late), late.files.list(NOTES)], [[], []]);
});

Deno.test("the quiet of a run whose agent was killed is taken back by whoever puts it on record", async () => {
  const session_id = "5f2c8c3e-6f0b-4b8c-9f0e-0d9f4c1b2a3d";
  const system = host();
  const record = {
    session_id,
    pid: 400,
    start_time: 3_400,
    boot_id: system.host.bootId,
    at: "2026-03-02T09:59:00.000Z",
    planned_at: null,
    origin: "user",
    user: "root",
  };
  system.files.put("/var/lib/agent/svc/svc1/task#0/run/400", `${session_id}\n${JSON.stringify(record)}\n`);
  const note = { rid: "task#0", session_id, until: "2026-03-02T10:09:00.000Z" };
  system.files.put(`${NOTES}/task#0.${session_id}.json`, `${JSON.stringify(note)}\n`);
  await withDaemon(system, (daemon) => daemon.advance(1));
  assertEquals([asked(system), system.files.list(NOTES)], [["10:00:00"], []]);
});

Deno.test("of two runs that want quiet, the last one takes it back", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}[task#1]\ncommand = /bin/long\nsnooze = 1h\n[subset#task]\nparallel = true\n` },
    files: { "/etc/agent/node.conf": QUIET },
    programs: { "/bin/job": { durationMs: 5_000 }, "/bin/long": { durationMs: 60_000 } },
  });
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(asked(system).toSorted(), ["10:00:00 duration=3600s", "10:00:00 duration=600s", "10:01:00"]);
});

Deno.test("without snooze, or without a collector, nobody is asked", async () => {
  const plain = host(TASK.replace("snooze = 10m\n", ""));
  await runAgent(["svc1", "run"], plain);
  const alone = host(TASK, "[node]\nname = n1\n");
  assertEquals(await runAgent(["svc1", "run"], alone), 0);
  assertEquals([asked(plain), asked(alone)], [[], []]);
  assertStringIncludes(alone.stderr.text, "snooze: there is no collector to tell");
});
