import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { commandsOf, logOf } from "../fakes/run_service.ts";
import { type FakeOptions, fakeSystem } from "../fakes/system.ts";

const CONFIG = `[fs#1]
type = flag
[task#0]
command = /bin/a
schedule = 10:30
tags = night
[task#1]
command = /bin/b
schedule = @10
[task#2]
command = /bin/c
disable = true
`;
const BASE = "/var/lib/agent/svc/svc1";

function service(options: FakeOptions = {}) {
  return fakeSystem({ config: { svc1: CONFIG }, programs: { "*": {} }, ...options });
}

async function json(system: ReturnType<typeof service>, ...args: string[]) {
  system.stdout.clear();
  await runAgent([...args, "--format", "json"], system);
  const rows = JSON.parse(system.stdout.text);
  return args.includes("schedule") ? rows.filter(({ rid, action }: Row) => rid || action === "status") : rows;
}

interface Row {
  readonly rid?: string;
  readonly action?: string;
}

Deno.test("pause leaves the named tasks out of a run, with one line each, until its end", async () => {
  const system = service();
  assertEquals(await runAgent(["svc1", "pause", "--rid", "task#1", "--for", "1h"], system), 0);
  assertEquals(logOf(system), ["task#1 INFO paused until 2026-03-02 11:00:00"]);
  system.stderr.clear();
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(commandsOf(system), ["/bin/a"]);
  assert(logOf(system).includes("INFO task#1 paused until 2026-03-02 11:00:00"), logOf(system).join("\n"));
  await system.clock.advance(3_600_000);
  assertEquals(await runAgent(["svc1", "run", "--rid", "task#1"], system), 0);
  assertEquals(commandsOf(system), ["/bin/a", "/bin/b"]);
});

Deno.test("a run of nothing but paused tasks is refused, and says until when; --force changes nothing", async () => {
  const system = service();
  await runAgent(["svc1", "pause", "--until", "12:00", "--reason", "disks"], system);
  for (const more of [[], ["--force"], ["--confirm", "--cron"]]) {
    system.stderr.clear();
    assertEquals(await runAgent(["svc1", "run", "--rid", "task", ...more], system), 1);
    assertStringIncludes(
      system.stderr.text,
      "Cannot run svc1: task#2 disabled, task#0 paused until 2026-03-02 12:00:00: disks, task#1 paused until",
    );
  }
  assertEquals(await runAgent(["svc1", "run"], system), 0);
  assertEquals(commandsOf(system), []);
  const results = await json(system, "svc1", "run");
  assertEquals(results.map(({ rid, outcome, reason }: Record<string, string>) => [rid, outcome, reason]), [
    ["task#2", "skipped", "disabled"],
    ["task#0", "skipped", "paused until 2026-03-02 12:00:00: disks"],
    ["task#1", "skipped", "paused until 2026-03-02 12:00:00: disks"],
  ]);
});

Deno.test("resume ends a pause at once, and leaves alone what is not paused", async () => {
  const system = service();
  await runAgent(["svc1", "pause", "--tags", "night", "--for", "30"], system);
  assertEquals(system.files.paths.filter((path) => path.endsWith("pause.json")), [
    `${BASE}/task#0/pause.json`,
  ]);
  system.stderr.clear();
  assertEquals(await runAgent(["svc1", "resume"], system), 0);
  assertEquals(logOf(system), ["task#0 INFO resumed", "task#1 INFO not paused", "task#2 INFO not paused"]);
  assertEquals(system.files.paths.filter((path) => path.endsWith("pause.json")), []);
  assertEquals(await runAgent(["svc1", "run", "--rid", "task#0"], system), 0);
});

Deno.test("a second pause replaces the first, and the configuration is never touched", async () => {
  const system = service();
  await runAgent(["svc1", "pause", "--rid", "task#0", "--for", "1d"], system);
  await runAgent(["svc1", "pause", "--rid", "task#0", "--until", "2026-03-02T10:05:00"], system);
  const [row] = await json(system, "svc1", "print", "status");
  assertEquals(row.paused, [{
    rid: "task#0",
    until: Date.parse("2026-03-02T10:05:00Z") / 1000,
    reason: null,
  }]);
  assertEquals(system.files.read("/etc/agent/svc1.conf"), CONFIG);
});

Deno.test("the status shows a pause without a warning, and the schedule counts from its end", async () => {
  const system = service();
  await runAgent(["svc1", "pause", "--for", "45m", "--reason", "disks"], system);
  system.stdout.clear();
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "info: paused until 2026-03-02 10:45:00: disks");
  const until = Date.parse("2026-03-02T10:45:00Z") / 1000;
  const [status] = await json(system, "svc1", "status");
  assertEquals(status.overall === "warn", false);
  assertEquals(status.paused.map(({ rid }: { rid: string }) => rid), ["task#0", "task#1", "task#2"]);
  const rows = await json(system, "svc1", "print", "schedule");
  assertEquals(
    rows.filter(({ rid }: { rid: string | null }) => rid !== null)
      .map((row: Record<string, unknown>) => [row.rid, row.paused_until, row.next_run]).slice(0, 2),
    // 10:30 passes during the pause; a period that is over by then runs at once.
    [["task#0", until, Date.parse("2026-03-03T10:30:00Z") / 1000], ["task#1", until, until]],
  );
  assertEquals(rows[0].paused_until, null);
  const [, explained] = await json(system, "svc1", "print", "schedule", "--explain");
  const gate = explained.gates.find(({ name }: { name: string }) => name === "paused");
  assertEquals([gate.is_open, gate.value], [false, "paused until 2026-03-02 10:45:00: disks"]);
  assertEquals([explained.is_due, explained.changes_at, explained.change], [false, until, "its pause ends"]);
  const [timeline] = await json(system, "svc1", "print", "schedule", "--timeline");
  assertEquals(timeline.runs[0], undefined);
});

Deno.test("run --dry-run shows the gate of a pause, and exits with 1", async () => {
  const system = service();
  await runAgent(["svc1", "pause", "--rid", "task#0", "--for", "1h"], system);
  system.stdout.clear();
  assertEquals(await runAgent(["svc1", "run", "--dry-run", "--rid", "task#0"], system), 1);
  assertStringIncludes(system.stdout.text, "- paused            paused until 2026-03-02 11:00:00");
});

Deno.test("a pause whose file is damaged lasts until it is resumed, and warns", async () => {
  const system = service({ files: { [`${BASE}/task#1/pause.json`]: "{" } });
  assertEquals(await runAgent(["svc1", "run", "--rid", "task#1"], system), 1);
  assertStringIncludes(system.stderr.text, "paused until it is resumed");
  system.stdout.clear();
  await runAgent(["svc1", "print", "status"], system);
  assertStringIncludes(system.stdout.text, "warn: paused until it is resumed: the record");
  const rows = await json(system, "svc1", "print", "schedule");
  const row = rows.find(({ rid }: { rid: string | null }) => rid === "task#1");
  assertEquals([row.next_run, row.paused_until], [null, null]);
  assertStringIncludes(row.reason, "it is paused until it is resumed");
  assertEquals(await runAgent(["svc1", "resume"], system), 0);
  assertEquals(await runAgent(["svc1", "run", "--rid", "task#1"], system), 0);
});

const wrong: [args: string[], code: number, says: string][] = [
  [["svc1", "pause"], 2, "expected either --until or --for"],
  [["svc1", "pause", "--for", "1h", "--until", "12:00"], 2, "expected either --until or --for"],
  [["svc1", "pause", "--for", "0"], 2, "has passed"],
  [["svc1", "pause", "--for", "99999999999d"], 2, "too far away"],
  [["svc1", "pause", "--until", "yesterday"], 2, 'Cannot read the date "yesterday"'],
  [["svc1", "pause", "--until", "2026-03-01"], 2, "has passed"],
  [["svc1", "pause", "--for", "1h", "--rid", ""], 2, "it is empty"],
  [["svc1", "pause", "--for", "1h", "--rid", "task#9"], 4, "task#9 names no resource"],
  [["svc1", "pause", "--for", "1h", "--rid", "fs#1"], 4, "names nothing that can pause"],
  [["svc2", "pause", "--for", "1h"], 4, "svc2"],
  [["svc1", "resume", "--rid", "task#9"], 4, "task#9 names no resource"],
];

for (const [args, code, says] of wrong) {
  Deno.test(`${args.join(" ")} exits with ${code}, and nothing is written`, async () => {
    const system = service();
    assertEquals(await runAgent(args, system), code);
    assertStringIncludes(system.stderr.text, says);
    assertEquals(system.files.paths, ["/etc/agent/svc1.conf"]);
  });
}

const SYNC = `[DEFAULT]
nodes = n1 n2
[sync#1]
src = /a/
dst = /b/
target = local
schedule = @10
[task#0]
command = /bin/a
`;

function synced() {
  const options = { environment: { AGENT_NODENAME: "n1" }, installed: ["rsync"] };
  return service({ config: { svc1: SYNC }, ...options });
}

Deno.test("pause takes synchronisations like tasks: by hand they are left out, and the status shows it", async () => {
  const system = synced();
  assertEquals(await runAgent(["svc1", "pause", "--for", "1h", "--reason", "disks"], system), 0);
  assertEquals(logOf(system), [
    "sync#1 INFO paused until 2026-03-02 11:00:00: disks",
    "task#0 INFO paused until 2026-03-02 11:00:00: disks",
  ]);
  system.stderr.clear();
  assertEquals(await runAgent(["svc1", "sync", "all"], system), 0);
  assertEquals(logOf(system), [
    "INFO sync#1 paused until 2026-03-02 11:00:00: disks",
    "INFO nothing to sync",
  ]);
  assertEquals(await runAgent(["svc1", "sync", "all", "--rid", "sync#1", "--force"], system), 1);
  assertStringIncludes(
    system.stderr.text,
    "Cannot sync svc1: sync#1 paused until 2026-03-02 11:00:00: disks",
  );
  assertEquals(commandsOf(system), []);
  const [status] = await json(system, "svc1", "print", "status");
  assertEquals(status.paused.map(({ rid }: { rid: string }) => rid), ["sync#1", "task#0"]);
  assertEquals(status.resources["sync#1"].log.slice(1), ["info: paused until 2026-03-02 11:00:00: disks"]);
  assertEquals(await runAgent(["svc1", "resume", "--rid", "sync#1"], system), 0);
  assertEquals(await runAgent(["svc1", "sync", "all", "--rid", "sync#1"], system), 0);
  assertEquals(commandsOf(system).length, 1);
});

Deno.test("pause refuses what has no schedule of its own, and writes nothing then", async () => {
  const system = service();
  assertEquals(await runAgent(["svc1", "pause", "--rid", "fs#1", "--for", "1h"], system), 4);
  assertStringIncludes(
    system.stderr.text,
    "names nothing that can pause, expected one of task#0, task#1, task#2",
  );
  assertEquals(system.files.paths.filter((path) => path.endsWith("pause.json")), []);
});

Deno.test("a schedule of a synchronisation that cannot be read is in the status", async () => {
  const system = fakeSystem({ config: { svc1: SYNC.replace("@10", "25:00") } });
  const [status] = await json(system, "svc1", "print", "status");
  assertEquals([status.overall, status.problems.length], ["warn", 1]);
  assertStringIncludes(status.problems[0].text, "hour 25, expected 0 to 23");
});
