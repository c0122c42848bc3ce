import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DryRun } from "../../../src/actions/run/preparation/dry_run.ts";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { runService } from "../../fakes/run_service.ts";
import { fakeSystem } from "../../fakes/system.ts";

const SERVICE = `
[DEFAULT]
pre_run = /bin/pre
[task#0]
command = /bin/job --all "a b"
user = admin
group = backup
confirmation = true
umask = 027
limit_nofile = 64
timeout = 1m
environment = COLOR=red
cwd = /
`;

async function dryRun(config: string, args: string[] = [], files: Record<string, string> = {}) {
  const { system, exitCode } = await runService(config, ["--dry-run", "--format", "json", ...args], {
    files,
  });
  return { system, exitCode, rows: JSON.parse(system.stdout.text) as DryRun[] };
}

Deno.test("run --dry-run tells everything about the run, asks nothing, runs nothing and writes nothing", async () => {
  const { system, exitCode, rows } = await dryRun(SERVICE);
  assertEquals(exitCode, 0);
  assertEquals([system.prompt.questions, system.processes.started], [[], []]);
  assertEquals(system.files.paths, ["/etc/agent/svc1.conf"]);
  assertEquals(system.files.facts("/var/lib/agent"), undefined);
  const { would_run, argv, user, uid, gid, wrapper, cwd, umask, limits, timeout, environment } = rows[0]!;
  assertEquals({ would_run, argv, user, uid, gid, wrapper, cwd, umask, limits, timeout }, {
    would_run: true,
    argv: ["/bin/job", "--all", "a b"],
    user: "admin",
    uid: 1000,
    gid: 34,
    wrapper: "setpriv",
    cwd: "/",
    umask: "027",
    limits: { nofile: 64 },
    timeout: 60,
  });
  assertEquals([environment?.["COLOR"], environment?.["OPENSVC_RID"]], ["red", "task#0"]);
});

const closed: { gate: string; config: string; args?: string[]; value: string }[] = [
  {
    gate: "run_requires",
    config: "run_requires = fs#1(up)\n[fs#1]\ntype = flag\n",
    value: "requires on resource fs#1",
  },
  { gate: "confirmation", config: "confirmation = true\n", args: ["--cron"], value: "leave out" },
  { gate: "memory", config: "[DEFAULT]\nstate_dir = /srv/none\n", value: "state_dir /srv/none is not there" },
  { gate: "command", config: "user = nosuch\n", value: "nosuch" },
  { gate: "configuration", config: "timeout = soon\n", value: "soon" },
];

for (const { gate, config, args, value } of closed) {
  Deno.test(`run --dry-run exits with 1 and names the gate that is closed: ${gate}`, async () => {
    const { exitCode, rows } = await dryRun(`[task#0]\ncommand = /bin/true\n${config}`, args);
    assertEquals(exitCode, 1);
    assertEquals(rows[0]?.would_run, false);
    const shut = rows[0]!.gates.filter(({ is_open }) => !is_open);
    assertEquals(shut.map(({ name }) => name), [gate]);
    assertStringIncludes(shut[0]!.value, value);
  });
}

Deno.test("run --dry-run sees the slots that are taken", async () => {
  const config = { svc1: "[task#0]\ncommand = /bin/job\n" };
  const system = fakeSystem({ config, programs: { "/bin/job": { durationMs: 5_000 } } });
  const run = startAgent(["svc1", "run"], system);
  await system.clock.advance(100);
  assertEquals(await startAgent(["svc1", "run", "--dry-run"], system), 1);
  assertStringIncludes(system.stdout.text, "- slot              1 of 1 taken");
  await system.clock.runUntil(run);
  assertEquals(await runAgent(["svc1", "run", "--dry-run"], system), 0);
});

Deno.test("run --dry-run shows a page for people", async () => {
  const { system } = await runService("[task#0]\ncommand = /bin/true\n", ["--dry-run"]);
  assertEquals(system.stdout.lines.slice(0, 4), [
    "svc1 task#0: would run",
    "  + disabled          no",
    "  + paused            no",
    "  + memory            /var/lib/agent/svc/svc1",
  ]);
});
