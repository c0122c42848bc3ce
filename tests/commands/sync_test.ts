import { assertEquals, assertStringIncludes } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { commandsOf } from "../fakes/run_service.ts";
import type { FakeOptions, FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z") / 1000;
const FLAG = "/run/agent/svc/shop/fs#1.flag";
const SYNC = "[sync#1]\nsrc = /srv/data/\ndst = /srv/copy/\ntarget = nodes drpnodes\n";

interface Wanted extends Omit<FakeOptions, "config"> {
  readonly head?: string;
  readonly sync?: string;
  readonly isUp?: boolean;
}

/** A service on n1 to n3, up here unless the test says otherwise. */
function shop({ head = "", sync = SYNC, isUp = true, files = {}, ...options }: Wanted = {}): FakeSystem {
  return fakeSystem({
    environment: { AGENT_NODENAME: "n1" },
    installed: ["rsync", "ssh"],
    programs: { "*": {} },
    ...options,
    config: { shop: `[DEFAULT]\nnodes = n1 n2\ndrpnodes = n3\n${head}[fs#1]\ntype = flag\n${sync}` },
    files: { ...(isUp ? { [FLAG]: "" } : {}), ...files },
  });
}

function rowsOf({ stdout }: FakeSystem): Record<string, unknown>[] {
  return JSON.parse(stdout.text);
}

/** Where each rsync sent to. */
function placesOf(system: FakeSystem): string[] {
  return commandsOf(system).filter((line) => line.startsWith("rsync ")).map((line) =>
    line.split(" ").at(-1)!
  );
}

Deno.test("sync all sends to every target, sync nodes and sync drp to theirs", async () => {
  const places = {
    all: ["root@n2:/srv/copy/", "root@n3:/srv/copy/"],
    nodes: ["root@n2:/srv/copy/"],
    drp: ["root@n3:/srv/copy/"],
  };
  for (const [word, expected] of Object.entries(places)) {
    const system = shop();
    assertEquals(await runAgent(["shop", "sync", word], system), 0, system.stderr.text);
    assertEquals(placesOf(system), expected);
  }
  const system = shop();
  assertEquals(await runAgent(["shop", "sync_update"], system), 0);
  assertEquals(placesOf(system), places.all);
});

Deno.test("sync all stamps each target that was reached, and not the schedule", async () => {
  const system = shop({
    programs: {
      "*": {},
      "root@n2:/srv/copy/": { code: 255, durationMs: 5000 },
      "root@n3:/srv/copy/": { stdout: "Total bytes sent: 2,048\n" },
    },
  });
  assertEquals(await runAgent(["shop", "sync", "all", "--format", "json"], system), 1);
  const rows = rowsOf(system).map((
    { target, group, outcome, code, is_failed, bytes_sent },
  ) => [target, group, outcome, code, is_failed, bytes_sent]);
  assertEquals(rows, [["n2", "nodes", "failed", 255, true, null], [
    "n3",
    "drpnodes",
    "synced",
    0,
    false,
    2048,
  ]]);
  const state = "/var/lib/agent/svc/shop";
  assertEquals(system.files.read(`${state}/sync#1/last_sync_n2`), undefined);
  assertEquals(system.files.read(`${state}/sync#1/last_sync_n3`), `${NOW + 5}.0\n`);
  assertEquals(system.files.paths.some((path) => path.includes("syncall")), false);
  assertStringIncludes(
    system.stderr.text,
    "node n2 synchronization failed (/srv/data/ => /srv/copy/): rsync exited with 255",
  );
});

Deno.test("sync all --cron stamps the attempt, and the success when all targets were reached", async () => {
  for (
    const [code, names] of [[0, ["last_syncall_sync#1", "last_syncall_sync#1.success"]], [23, [
      "last_syncall_sync#1",
    ]]] as const
  ) {
    const system = shop({ programs: { "*": {}, "root@n2:/srv/copy/": { code } } });
    assertEquals(await runAgent(["shop", "sync", "all", "--cron"], system), code === 0 ? 0 : 1);
    assertEquals(system.files.list("/var/lib/agent/svc/shop/scheduler").map(({ name }) => name).sort(), [
      ...names,
    ]);
  }
});

Deno.test("files that vanish meanwhile are a warning, and no failure", async () => {
  const system = shop({ programs: { "*": { code: 24 } } });
  assertEquals(await runAgent(["shop", "sync", "nodes"], system), 0);
  assertStringIncludes(system.stderr.text, "some files vanished");
});

Deno.test("optional decides what a failure does to the exit code and to what follows", async () => {
  const second = "[sync#2]\nsrc = /srv/data/\ndst = /srv/two/\ntarget = nodes\n";
  const table = [["", 1, 3], ["optional = true\n", 0, 3], ["optional = false\n", 1, 2]] as const;
  for (const [optional, code, sent] of table) {
    const system = shop({
      sync: SYNC + optional + second,
      programs: { "*": {}, "root@n2:/srv/copy/": { code: 12 } },
    });
    assertEquals(
      [await runAgent(["shop", "sync", "all"], system), placesOf(system).length],
      [code, sent],
      optional,
    );
  }
});

Deno.test("a node where the service is not up is refused by hand, silent with --cron, and sends with --force", async () => {
  const refused = shop({ isUp: false });
  assertEquals(await runAgent(["shop", "sync", "all"], refused), 1);
  assertStringIncludes(
    refused.stderr.text,
    "'sync' action stopped on execution error: the instance is not up here, but down",
  );
  const silent = shop({ isUp: false });
  assertEquals(await runAgent(["shop", "sync", "all", "--cron"], silent), 0);
  assertEquals(
    [silent.stderr.text, placesOf(silent), silent.files.list("/var/lib/agent/svc/shop/scheduler")],
    ["", [], []],
  );
  const forced = shop({ isUp: false });
  assertEquals([await runAgent(["shop", "sync", "all", "--force"], forced), placesOf(forced).length], [0, 2]);
});

Deno.test("a PRD service is only sent from a PRD node", async () => {
  const refused = shop({ head: "env = PRD\n" });
  assertEquals(await runAgent(["shop", "sync", "all", "--force"], refused), 1);
  assertEquals(placesOf(refused), []);
  const node = { "/etc/agent/node.conf": "[node]\nenv = PRD\n" };
  assertEquals(await runAgent(["shop", "sync", "all"], shop({ head: "env = PRD\n", files: node })), 0);
});

Deno.test("dstfs is looked at on each target, and ssh goes as node.conf says", async () => {
  const system = shop({
    sync: `${SYNC}dstfs = /srv\n`,
    files: { "/etc/agent/node.conf": "[node]\nssh_options = -F /etc/my_ssh\n" },
    programs: { "*": {}, "root@n2 mountpoint -q '/srv'": { code: 32 } },
  });
  assertEquals(await runAgent(["shop", "sync", "all"], system), 1);
  assertEquals(placesOf(system), ["root@n3:/srv/copy/"]);
  assertStringIncludes(system.stderr.text, "dstfs /srv is not mounted there");
  assertEquals(commandsOf(system)[0]!.startsWith("ssh -F /etc/my_ssh -o BatchMode=yes"), true);
  assertStringIncludes(commandsOf(system).at(-1)!, "-e ssh -F /etc/my_ssh -o");
});

Deno.test("sync_requires keeps a resource back, unless it is forced", async () => {
  const sync = `${SYNC}sync_requires = fs#1(down)\n`;
  const refused = shop({ sync });
  assertEquals(await runAgent(["shop", "sync", "all"], refused), 1);
  assertStringIncludes(refused.stderr.text, "sync_requires: fs#1 is up, expected down");
  assertEquals(await runAgent(["shop", "sync", "all", "--cron"], shop({ sync })), 0);
  assertEquals(await runAgent(["shop", "sync", "all", "--force"], shop({ sync })), 0);
});

Deno.test("a section that cannot be used is refused with its reason, and starts nothing", async () => {
  const table = [
    [SYNC.replace("/srv/copy/", "copy"), "dst"],
    [SYNC.replace("/srv/data/", "data"), "src"],
    [SYNC.replace("nodes drpnodes", "n2"), "target"],
    [`${SYNC}snap = true\n`, "snap"],
    [`${SYNC}bwlimit = fast\n`, "bandwidth"],
  ] as const;
  for (const [sync, word] of table) {
    const system = shop({ sync });
    assertEquals(await runAgent(["shop", "sync", "all"], system), 1, word);
    assertStringIncludes(system.stderr.text, word);
    assertEquals(system.processes.started, []);
  }
  assertEquals(await runAgent(["shop", "sync", "all"], shop({ sync: `${SYNC}snap = false\n` })), 0);
});

Deno.test("a copy into the folder that is copied is refused, a pattern in nodes too, and no rsync is told", async () => {
  const local = shop({ sync: "[sync#1]\nsrc = /srv\ndst = /srv/copy\ntarget = local\n" });
  assertEquals(await runAgent(["shop", "sync", "all"], local), 1);
  assertStringIncludes(local.stderr.text, "dst /srv/copy is in the source /srv");
  const above = shop({ sync: "[sync#1]\nsrc = /srv/data/\ndst = /srv\ntarget = local\n" });
  assertEquals(await runAgent(["shop", "sync", "all"], above), 1);
  assertStringIncludes(above.stderr.text, "the source /srv/data/ is in dst /srv");
  assertEquals([...placesOf(local), ...placesOf(above)], []);
  const pattern = shop({ head: "nodes = n*\n" });
  assertEquals(await runAgent(["shop", "sync", "nodes"], pattern), 1);
  assertStringIncludes(pattern.stderr.text, '"n*" is not the name of a node');
  const bare = shop({ installed: ["ssh"] });
  assertEquals(await runAgent(["shop", "sync", "all"], bare), 1);
  assertStringIncludes(bare.stderr.text, "rsync is not installed");
});

Deno.test("sync --rid takes one resource, leaves disabled ones out, and names what exists", async () => {
  const system = shop({ sync: `${SYNC}[sync#2]\nsrc = /a\ndst = /b\ntarget = nodes\ndisable = true\n` });
  assertEquals(await runAgent(["shop", "sync", "all", "--rid", "sync#2"], system), 1);
  assertEquals(await runAgent(["shop", "sync", "all", "--rid", "sync#9"], system), 4);
  assertStringIncludes(system.stderr.text, "expected one of sync#1, sync#2");
  assertEquals(await runAgent(["shop", "sync", "all", "--rid", "fs#1"], system), 4);
  assertEquals(placesOf(system), []);
});

Deno.test("sync all --dry-run tells what would be, and stamps nothing", async () => {
  const system = shop();
  assertEquals(await runAgent(["shop", "sync", "all", "--dry-run", "--cron"], system), 0);
  assertEquals(commandsOf(system).every((line) => line.includes(" --dry-run ")), true);
  assertEquals(system.files.paths.some((path) => path.includes("last_sync")), false);
});

Deno.test("TERM ends the transfer, leaves the other targets out, and exits with 143", async () => {
  const system = shop({ programs: { "*": { durationMs: Infinity } } });
  const ended = runAgent(["shop", "sync", "all"], system);
  await system.clock.advance(1000);
  system.signals.send("SIGTERM");
  assertEquals(await ended, 143);
  assertEquals([placesOf(system), system.processes.running], [["root@n2:/srv/copy/"], []]);
});

Deno.test("a synchronisation that is stopped before its first target is no success of the schedule", async () => {
  const system: FakeSystem = shop({
    programs: { "*": {}, "/usr/bin/rsync --version": { onStart: () => system.signals.send("SIGTERM") } },
  });
  assertEquals(await runAgent(["shop", "sync", "all", "--cron"], system), 143);
  const stamps = system.files.paths.filter((path) => path.includes("/last_sync"));
  assertEquals([placesOf(system), stamps], [[], ["/var/lib/agent/svc/shop/scheduler/last_syncall_sync#1"]]);
});

Deno.test("print status warns of data that never arrived, once the scheduler has tried", async () => {
  const failing = shop({ programs: { "*": { code: 255 } } });
  assertEquals(await runAgent(["shop", "sync", "all", "--cron"], failing), 1);
  const attempt = "/var/lib/agent/svc/shop/scheduler/last_syncall_sync#1";
  const system = shop({ files: { [attempt]: failing.files.read(attempt)! } });
  await runAgent(["shop", "print", "status", "--format", "json"], system);
  const [{ resources }] = rowsOf(system) as [
    { resources: Record<string, { status: string; log: string[] }> },
  ];
  const { status, log } = resources["sync#1"]!;
  assertEquals([status, log], ["warn", ["warn: n2 was never reached", "warn: n3 was never reached"]]);
});

Deno.test("print status tells how old the data of each target is", async () => {
  const stamp = (node: string, age: number) => ({
    [`/var/lib/agent/svc/shop/sync#1/last_sync_${node}`]: `${NOW - age}.0\n`,
  });
  const look = async (files: Record<string, string>, isUp = true) => {
    const system = shop({ files, isUp, sync: `${SYNC}sync_max_delay = 60\n` });
    await runAgent(["shop", "print", "status", "--format", "json"], system);
    const { resources, avail } = rowsOf(system)[0] as {
      avail: string;
      resources: Record<string, { status: string; log: string[]; label: string }>;
    };
    const { status, log, label } = resources["sync#1"]!;
    return { status, log, label, avail };
  };
  const label = "rsync /srv/data/ to /srv/copy/ of nodes, drpnodes";
  assertEquals(await look({}), {
    status: "n/a",
    log: ["info: nothing was sent from here yet"],
    label,
    avail: "up",
  });
  const fresh = { ...stamp("n2", 3600), ...stamp("n3", 0) };
  assertEquals(await look(fresh), { status: "up", log: [], label, avail: "up" });
  const late = { ...stamp("n2", 3601) };
  assertEquals(await look(late), {
    status: "warn",
    log: ["warn: n2 has data of 1h00m ago, expected at most 1h00m", "warn: n3 was never reached"],
    label,
    avail: "up",
  });
  assertEquals((await look(late, false)).status, "n/a");
});
