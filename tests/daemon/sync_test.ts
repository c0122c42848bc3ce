import { assertEquals } from "@std/assert";
import { startAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import type { DaemonUnderTest } from "../fakes/run_daemon.ts";
import type { FakeOptions } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const FLAG = "/run/agent/svc/svc1/fs#1.flag";

function options(schedule: string, more = "", rest: FakeOptions = {}): FakeOptions {
  return {
    environment: { AGENT_NODENAME: "n1" },
    installed: ["rsync", "ssh"],
    programs: { "*": {} },
    config: {
      svc1:
        `[DEFAULT]\nnodes = n1 n2\n[fs#1]\ntype = flag\n[sync#1]\nsrc = /a/\ndst = /b/\ntarget = nodes\n` +
        `schedule = ${schedule}\n${more}`,
    },
    ...rest,
  };
}

/** Starts since the last call, as `10:00:00`. */
function starts(daemon: DaemonUnderTest): string[] {
  return daemon.takeStarts().map((line) => {
    assertEquals(line.endsWith("root@n2:/b/"), true, line);
    return line.slice(0, 8);
  });
}

function stampOf({ system }: DaemonUnderTest, suffix = ""): string | undefined {
  const text = system.files.read(`/var/lib/agent/svc/svc1/scheduler/last_syncall_sync#1${suffix}`);
  return text && new Date(Number(text) * 1000).toISOString().slice(11, 19);
}

Deno.test("the daemon synchronises on schedule where the service is up, from the instant at which it is", async () => {
  await withDaemon(options("@10"), async (daemon) => {
    await daemon.advance(60);
    assertEquals([starts(daemon), stampOf(daemon)], [[], undefined]);
    daemon.system.files.put(FLAG, "");
    await daemon.advance(1);
    assertEquals([starts(daemon), stampOf(daemon), stampOf(daemon, ".success")], [
      ["10:01:00"],
      "10:01:00",
      "10:01:00",
    ]);
    await daemon.advance(600);
    assertEquals(starts(daemon), ["10:11:00"]);
    daemon.system.files.remove(FLAG);
    await daemon.advance(1200);
    assertEquals(starts(daemon), []);
  });
});

Deno.test("the daemon synchronises once in a window, also when the service comes in the middle of it", async () => {
  await withDaemon(options("10:30-11:00"), async (daemon) => {
    await daemon.advance(2400);
    daemon.system.files.put(FLAG, "");
    await daemon.advance(1);
    assertEquals(starts(daemon), ["10:40:00"]);
    await daemon.advance(3600);
    assertEquals(starts(daemon), []);
  });
});

Deno.test("the daemon follows nothing of what is disabled, never, frozen, or of another node", async () => {
  const files = { [FLAG]: "" };
  const closed = [
    options("@0", "", { files }),
    options("@1", "disable = true\n", { files }),
    options("@1", "", { files: { ...files, "/var/lib/agent/svc/svc1/frozen": "" } }),
    options("@1", "", { files: { ...files, "/var/lib/agent/svc/svc1/fs#1/provisioned": "false" } }),
    options("@1", "schedule@n1 = @0\n", { files }),
    options("@1", "", { files, environment: { AGENT_NODENAME: "n9" } }),
  ];
  for (const [i, each] of closed.entries()) {
    await withDaemon(each, async (daemon) => {
      await daemon.advance(300);
      assertEquals(daemon.takeStarts(), [], `case ${i}`);
    });
  }
});

Deno.test("a synchronisation takes one of the places of the node, and is not started again while it goes on", async () => {
  const files = { [FLAG]: "", "/etc/agent/node.conf": "[node]\nmax_parallel = 1\n" };
  const programs = { "*": {}, "root@n2:/b/": { durationMs: 90_000 } };
  const task = "[task#0]\ncommand = /bin/job\nschedule = @1\n";
  await withDaemon(options("@1", task, { files, programs }), async (daemon) => {
    await daemon.advance(200);
    const lines = daemon.takeStarts().map((line) => `${line.slice(0, 8)} ${line.split(" ").at(-1)}`);
    assertEquals(lines.slice(0, 3), ["10:00:00 root@n2:/b/", "10:01:30 /bin/job", "10:01:30 root@n2:/b/"]);
  });
});

Deno.test("a failed synchronisation is counted, told, and tried again at its next time", async () => {
  const programs = { "*": {}, "root@n2:/b/": { code: 12 } };
  await withDaemon(options("@10", "", { files: { [FLAG]: "" }, programs }), async (daemon) => {
    await daemon.advance(601);
    assertEquals(starts(daemon), ["10:00:00", "10:10:00"]);
    assertEquals([stampOf(daemon), stampOf(daemon, ".success")], ["10:10:00", undefined]);
    const { body } = (await daemon.system.server.ask("/run/agent/daemon.sock", "/metrics"))!;
    assertEquals(/^agent_runs_ended_total\{.*failed.*\} 2$/m.test(body), true, body);
  });
});

Deno.test("the daemon waits for a synchronisation by hand, says that it is one, and does its own after it", async () => {
  const programs = { "*": {}, "root@n2:/b/": { durationMs: 100_000 } };
  const system = fakeSystem(options("10:00:30-11:00", "", { files: { [FLAG]: "" }, programs }));
  await withDaemon(system, async (daemon) => {
    const byHand = startAgent(["svc1", "sync", "all"], system);
    await daemon.advance(140);
    assertEquals(starts(daemon), ["10:00:00", "10:01:40"]);
    const [told, ...more] = daemon.log("is already running");
    assertEquals(
      told?.replace(/process \d+/, "process N"),
      "svc1 sync_all sync#1: synchronisation is already running (process N, since 2026-03-02T10:00:00.000Z)",
    );
    assertEquals(more, []);
    assertEquals(await byHand, 0);
  });
});

/** A check that takes eight seconds, of an application without which nothing is to be sent. */
const SLOW = "[app#0]\ntype = forking\nstart = /bin/up\ncheck = /bin/look\n";

Deno.test("a synchronisation that waits for a slow resource is asked for beside the loop, and holds up nobody", async () => {
  for (const more of [`sync_requires = app#0(up)\n${SLOW}optional = true\n`, SLOW]) {
    let code = 1;
    const programs = { "*": {}, "/bin/look": () => ({ durationMs: 8_000, code }) };
    const host = fakeSystem(options("@10", more, { files: { [FLAG]: "" }, programs }));
    host.files.put("/etc/agent/svc2.conf", "[task#0]\ncommand = /bin/other\nschedule = @10s\n");
    await withDaemon(host, async (daemon) => {
      const take = () => daemon.takeStarts().filter((line) => !line.endsWith("/bin/look"));
      const of = (lines: string[], what: string) =>
        lines.filter((line) => line.endsWith(what)).map((line) => line.slice(0, 8));
      await daemon.advance(60);
      const before = take();
      assertEquals(of(before, "/b/"), []);
      assertEquals(
        of(before, "/bin/other"),
        [0, 10, 20, 30, 40, 50].map((second) => `10:00:${String(second).padStart(2, "0")}`).concat(
          "10:01:00",
        ),
        "the tasks of others are on time",
      );
      code = 0;
      await daemon.advance(60);
      const [sent, ...others] = of(take(), "/b/");
      // A look that began before gives the old answer; the next one takes eight seconds, and the run asks once more.
      assertEquals([sent! >= "10:01:08" && sent! <= "10:01:40", others], [true, []], sent);
      assertEquals(stampOf(daemon) !== undefined, true);
      code = 1;
      await daemon.advance(1_200);
      assertEquals(of(take(), "/b/"), [], "it is not up any more");
    });
  }
});

Deno.test("the daemon leaves out a synchronisation that is paused, and does it right after the end", async () => {
  const system = fakeSystem(options("@10", "", { files: { [FLAG]: "" } }));
  const pause = "/var/lib/agent/svc/svc1/sync#1/pause.json";
  await withDaemon(system, async (daemon) => {
    await daemon.advance(1);
    assertEquals(starts(daemon), ["10:00:00"]);
    const args = ["svc1", "pause", "--rid", "sync#1", "--until", "10:25"];
    assertEquals(await system.clock.runUntil(startAgent(args, system)), 0);
    await daemon.advance(24 * 60 + 50);
    assertEquals(starts(daemon), []);
    assertEquals(typeof system.files.read(pause), "string");
    await daemon.advance(60);
    assertEquals(starts(daemon), ["10:25:00"]);
    assertEquals(system.files.read(pause), undefined, "a pause that is over goes with the next run");
  });
});
