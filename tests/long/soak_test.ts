/**
 * Very many runs of `/bin/true` through a daemon: no descriptor, process, folder or memory stays behind.
 *
 * `AGENT_SOAK` says how many (5,000 without it; 100,000 take a quarter of an hour and more).
 */
import { assertEquals } from "@std/assert";
import { type Box, e2eTest, findProcesses, until } from "../e2e/box.ts";

const RUNS = Number(Deno.env.get("AGENT_SOAK") ?? 5_000);
const SERVICES = 20;
const TASKS = 10;
/** Runs until caches, histories and the heap have their size. */
const WARM_UP = Math.min(RUNS / 2, 5_000);

interface Figures {
  readonly runs: number;
  readonly descriptors: number;
  readonly threads: number;
  readonly residentKb: number;
  readonly folders: number;
  readonly groups: number;
}

async function runsOf(box: Box): Promise<number> {
  const { stdout } = await box.agent(["daemon", "status", "--format", "json"]);
  return Number(JSON.parse(stdout).counters.started);
}

function countFolders(path: string): number {
  let count = 0;
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (isDirectory) count += 1 + countFolders(`${path}/${name}`);
  }
  return count;
}

/** Looks when nothing runs: the service is frozen for it. */
async function figures(box: Box, pid: number): Promise<Figures> {
  assertEquals((await box.agent(["*", "freeze"])).code, 0);
  await until(
    "nothing runs",
    () => findProcesses((file) => file("cmdline").includes("/supervisor")).length === 0,
    60_000,
  );
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const status = box.read(`/proc/${pid}/status`);
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]);
  const result = {
    runs: await runsOf(box),
    descriptors: box.list(`/proc/${pid}/fd`).length,
    threads: number("Threads"),
    residentKb: number("VmRSS"),
    folders: countFolders(`${box.root}/var`),
    groups: groupsOf(pid),
  };
  assertEquals((await box.agent(["*", "thaw"])).code, 0);
  return result;
}

/** Control groups that a daemon has made. */
function groupsOf(pid: number): number {
  const mount = Deno.readTextFileSync("/proc/self/mountinfo").split("\n").find((line) =>
    line.includes(" - cgroup2 ")
  );
  const point = mount?.split(" ")[4];
  if (point === undefined) return 0;
  return [...Deno.readDirSync(point)].filter(({ name }) => name.startsWith(`agent-${pid}-`)).length;
}

e2eTest(`${RUNS} runs of /bin/true leave nothing behind`, async (box) => {
  box.config("node", "[node]\nmax_parallel = 8\n[log]\nlevel = warning\n");
  const sections = Array.from(
    { length: TASKS },
    (_, i) => `[task#${i}]\ncommand = /bin/true\nschedule = @1s\n`,
  ).join("");
  for (let service = 0; service < SERVICES; service++) box.config(`s${service}`, sections);
  const { stdout } = await box.agent(["daemon", "start"]);
  const pid = Number(/process (\d+)/.exec(stdout)?.[1]);
  const hour = 3_600_000;
  await until("it is warm", async () => await runsOf(box) >= WARM_UP, hour);
  const before = await figures(box, pid);
  await until("all have run", async () => await runsOf(box) >= RUNS, 4 * hour);
  const after = await figures(box, pid);
  // deno-lint-ignore no-console -- the figures are what one runs this for
  console.log(JSON.stringify({ before, after }));
  // Of the very last run, the group may still be busy.
  assertEquals([after.folders, after.groups <= 1], [before.folders, true]);
  assertEquals(Math.abs(after.descriptors - before.descriptors) <= 2, true, "descriptors");
  assertEquals(after.threads - before.threads <= 2, true, "threads");
  assertEquals(after.residentKb < before.residentKb * 1.25 + 10_000, true, "memory");
});
