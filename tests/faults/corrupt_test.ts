/** Every state file in every way that it can be wrong: never believed, never fatal, set aside by its writer. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Corruption } from "../fakes/corruptions.ts";
import { CORRUPTIONS } from "../fakes/corruptions.ts";
import { startsOf } from "../fakes/fault_rounds.ts";
import { runAgent } from "../fakes/run_agent.ts";
import { withDaemon } from "../fakes/run_daemon.ts";
import { tornFiles } from "../fakes/state_check.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const STATE = "/var/lib/agent/svc/svc1";
const RID = `${STATE}/task#0`;
const CONFIG = "[DEFAULT]\nstatus_schedule = @1h\n[fs#1]\ntype = flag\n" +
  "[task#0]\ncommand = /bin/job\nschedule = 06:00\ncatch_up = once\ncheck = last_run\n" +
  "[task#1]\ncommand = /bin/job\nschedule = @reboot\n[task#2]\ncommand = /bin/job\nschedule = @1h\n";

/** A host on which everything was written by a daemon and by hand. */
async function usedHost(): Promise<FakeSystem> {
  const system = fakeSystem({
    config: { svc1: CONFIG },
    files: { [`${STATE}/fs#1/provisioned`]: "true" },
    now: "2026-03-02T05:59:50Z",
    programs: { "/bin/job": { code: 7 } },
  });
  await withDaemon(system, (daemon) => daemon.advance(30));
  await runAgent(["svc1", "run", "--rid", "task#0"], system);
  system.processes.started.length = 0;
  system.stderr.clear();
  system.stdout.clear();
  return system;
}

const FILES = [
  `${STATE}/scheduler/last_task#0`,
  `${STATE}/scheduler/last_task#2`,
  `${STATE}/scheduler/last_status`,
  `${STATE}/scheduler/settled_task#0`,
  `${STATE}/scheduler/boot_task#1`,
  "/var/lib/agent/daemon_boot",
  `${RID}/last_run`,
  `${RID}/last_run_retcode`,
  `${RID}/history.jsonl`,
  `${STATE}/status.json`,
  `${STATE}/fs#1/provisioned`,
  "/run/agent/daemon.json",
];

async function corrupted(path: string, { put }: Corruption): Promise<FakeSystem> {
  const system = await usedHost();
  const text = system.files.read(path) ?? (path.endsWith("daemon.json") ? '{"pid":100}' : undefined);
  assert(text !== undefined, `${path} was written`);
  put(system.files, path, text);
  return system;
}

function snapshot({ files }: FakeSystem): string {
  return JSON.stringify(files.paths.filter((path) => !path.endsWith(".log")));
}

const READING = [["print", "status"], ["print", "schedule"], ["print", "schedule", "--explain"], [
  "run",
  "--dry-run",
]];

for (const path of FILES) {
  for (const corruption of CORRUPTIONS) {
    const name = path.split("/").slice(-2).join("/");
    Deno.test(`${name} is ${corruption.what}: whoever reads goes on, and writes nothing`, async () => {
      const system = await corrupted(path, corruption);
      const before = snapshot(system);
      for (const words of READING) {
        assertEquals(await runAgent(["svc1", ...words], system), 0, `${words}: ${system.stderr.text}`);
      }
      const status = await runAgent(["daemon", "status"], system);
      assertEquals(status, 1);
      assertEquals(snapshot(system), before);
    });

    Deno.test(`${name} is ${corruption.what}: the daemon runs nothing twice, and the next writer mends it`, async () => {
      const system = await corrupted(path, corruption);
      await withDaemon(system, async (daemon) => {
        await daemon.advance(300);
        assertEquals(startsOf(system), [], "06:00 had its run");
        assertEquals(startsOf(system, "task#1"), [], "this boot had its run");
        assertEquals(startsOf(system, "task#2"), [], "the hour is not over");
        await daemon.advance(3_600);
        assertEquals(startsOf(system, "task#2").length, 1, "then it is, once");
      });
      assertEquals(await runAgent(["svc1", "run", "--rid", "task#0"], system), 7);
      if (!UNWRITTEN.includes(path)) assertMended(system, path, corruption.what);
    });
  }
}

/** The boot of this host is over, nobody provisions a flag, and 06:00 comes tomorrow. */
const UNWRITTEN = [
  `${STATE}/scheduler/boot_task#1`,
  `${STATE}/scheduler/last_task#0`,
  `${STATE}/fs#1/provisioned`,
  "/var/lib/agent/daemon_boot",
];

/** What is as it might be: the empty stamp of the 3 agent, another exit code, another status. */
function isPlausible(path: string, what: string): boolean {
  if (path.includes("/last_task#") || path.endsWith("/last_status")) return what === "empty";
  if (path.endsWith("/last_run_retcode")) return what === "a number";
  if (path.endsWith("/history.jsonl")) return what === "empty";
  return path.endsWith("/status.json") && what === "an object of other types";
}

function assertMended({ files }: FakeSystem, path: string, what: string): void {
  assertEquals(tornFiles(files, {}).filter((torn) => torn === path), [], "its writer wrote it");
  // The daemon takes its record away when it stops.
  assertEquals(files.facts(path) !== undefined, !path.endsWith("daemon.json"));
  if (isPlausible(path, what)) return;
  assert(files.facts(`${path}.corrupt`), "the corrupt one is kept");
  const logs = ["/var/log/agent/daemon.log", "/var/log/agent/svc1.log"].map((log) => files.read(log) ?? "")
    .join("");
  assertMatch(logs, /WARNING .*(?:; it is set aside as )/);
  assertStringIncludes(logs, `set aside as ${path}.corrupt`);
}
