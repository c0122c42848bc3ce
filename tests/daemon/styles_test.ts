/**
 * The three styles of schedule (cron: fixed instants; anacron: a period since the last run; networker: a window) through
 * a restart, downtime, sleep, and a move of the memory to another node. All ran since 10:00 until something happens.
 */
import { assertEquals } from "@std/assert";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { type FakeSystem, fakeSystem } from "../fakes/system.ts";

const STYLES = {
  "/bin/cron": "schedule = 30 * * * *",
  "/bin/cron_once": "schedule = 30 * * * *\ncatch_up = once",
  "/bin/lone": "schedule = 10:45",
  "/bin/lone_once": "schedule = 10:45\ncatch_up = once",
  "/bin/anacron": "schedule = @90",
  "/bin/open": "schedule = 11:00-14:00",
  "/bin/used": "schedule = 09:30-14:00",
  "/bin/closed": "schedule = 10:20-10:50",
} as const;

const SVC1 = "[DEFAULT]\nstate_dir = /srv/state\n" +
  Object.entries(STYLES).map(([command, lines], i) => `[task#${i}]\ncommand = ${command}\n${lines}\n`).join(
    "",
  );

/** What was started, command by command: `12:30 13:30`. */
function startsOf(system: FakeSystem): Record<string, string> {
  const starts: Record<string, string[]> = {};
  for (const { argv, at } of system.processes.started) {
    const command = Object.keys(STYLES).find((name) => argv.join(" ").endsWith(name));
    if (command === undefined) continue;
    const time = new Date(at).toISOString().slice(11, 19).replace(/:00$/, "");
    (starts[command.slice("/bin/".length)] ??= []).push(time);
  }
  return Object.fromEntries(Object.entries(starts).map(([command, times]) => [command, times.join(" ")]));
}

function systemAt(now: string, files: Readonly<Record<string, string>> = {}, hostName = "n1"): FakeSystem {
  const system = fakeSystem({
    config: { svc1: SVC1 },
    files: { "/srv/state/there": "", ...files },
    programs: { "*": {} },
    now: `2026-03-02T${now}Z`,
    host: { hostName },
  });
  system.files.touch("/etc/agent/svc1.conf", Date.parse("2026-03-01T00:00:00Z"));
  return system;
}

/** Ten minutes of a daemon from 10:00. */
async function begun(): Promise<FakeSystem> {
  const system = systemAt("10:00:00");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    assertEquals(startsOf(system), { anacron: "10:00", used: "10:00" });
  });
  system.processes.started.length = 0;
  return system;
}

/** A daemon until 14:00. */
async function observed(system: FakeSystem): Promise<Record<string, string>> {
  await withDaemon(system, async (daemon) => {
    await daemon.advance((Date.parse("2026-03-02T13:59:59Z") - system.clock.now()) / 1000);
  });
  return startsOf(system);
}

Deno.test("a restart of the daemon changes nothing in any style", async () => {
  assertEquals(await observed(await begun()), {
    cron: "10:30 11:30 12:30 13:30",
    cron_once: "10:30 11:30 12:30 13:30",
    closed: "10:20",
    lone: "10:45",
    lone_once: "10:45",
    open: "11:00",
    anacron: "11:30 13:00",
  });
});

const AFTER_A_PAUSE = {
  cron_once: "12:00 12:30 13:30",
  lone_once: "12:00",
  anacron: "12:00 13:30",
  open: "12:00",
  cron: "12:30 13:30",
};

Deno.test("downtime until 12:00: instants are lost or made up for once, what elapsed or is open runs at once", async () => {
  const system = await begun();
  await system.clock.advance(110 * 60_000);
  assertEquals(await observed(system), AFTER_A_PAUSE);
});

Deno.test("sleep until 12:00 is as downtime, and nothing runs twice", async () => {
  const system = systemAt("10:00:00");
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    system.processes.started.length = 0;
    // Deep in its sleep the daemon wakes half a minute late, because timers did not go on.
    system.clock.suspend(Date.parse("2026-03-02T11:59:30Z") - system.clock.now());
    await daemon.advance(30);
    assertEquals(startsOf(system), {
      lone_once: "12:00",
      cron_once: "12:00",
      anacron: "12:00",
      open: "12:00",
    });
    await daemon.advance(7_199);
    assertEquals(startsOf(system), AFTER_A_PAUSE);
  });
});

Deno.test("the memory that moves to another node at 11:00 takes all styles along", async () => {
  const first = await begun();
  const memory = first.files.paths.filter((path) => path.startsWith("/srv/"));
  const files = Object.fromEntries(memory.map((path) => [path, first.files.read(path)!]));
  assertEquals(await observed(systemAt("11:00:00", files, "n2")), {
    cron_once: "11:00 11:30 12:30 13:30",
    lone_once: "11:00",
    open: "11:00",
    cron: "11:30 12:30 13:30",
    anacron: "11:30 13:00",
  });
});

Deno.test("a node without the memory knows of no run, and has nothing to make up for", async () => {
  assertEquals(await observed(systemAt("11:00:00", {}, "n2")), {
    anacron: "11:00 12:30",
    open: "11:00",
    used: "11:00",
    cron: "11:30 12:30 13:30",
    cron_once: "11:30 12:30 13:30",
  });
});

Deno.test("a drawn start is the same after a restart, a reload, a change of other keywords, and asked of another host", async () => {
  const task = "[task#0]\ncommand = /bin/job\nschedule = ~11:00-15:00\n";
  const ask = async (hostName: string) => {
    const system = fakeSystem({
      config: { svc1: task },
      host: { hostName },
      environment: { AGENT_NODENAME: "n1" },
    });
    await runAgent(["svc1", "print", "schedule", "--format", "json"], system);
    const rows = JSON.parse(system.stdout.text);
    return rows.find(({ rid }: { rid: string | null }) => rid === "task#0").next_run * 1000;
  };
  const drawn = await ask("n1");
  assertEquals(await ask("peer"), drawn);
  const system = fakeSystem({
    config: { svc1: task },
    programs: { "*": {} },
    environment: { AGENT_NODENAME: "n1" },
  });
  await withDaemon(system, async (daemon) => await daemon.advance(1_800));
  await withDaemon(system, async (daemon) => {
    await daemon.advance(600);
    system.signals.send("SIGHUP");
    await daemon.configure("svc1", `${task}timeout = 1h\n`);
    await daemon.advance(5 * 3_600);
    assertEquals(system.processes.started.map(({ at }) => at), [drawn]);
  });
});
