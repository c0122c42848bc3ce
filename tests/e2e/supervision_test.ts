/** What the daemon starts goes on without it: crashes, restarts, stops, and what the next one makes of it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, exists, kill, processesBelow, sleep, until } from "./box.ts";

async function started(box: Box): Promise<number> {
  const { code, stdout, stderr } = await box.agent(["daemon", "start"]);
  assertEquals([code, stderr], [0, ""]);
  return Number(/process (\d+)/.exec(stdout)?.[1]);
}

async function killed(box: Box, pid: number): Promise<void> {
  kill(pid);
  await until("the daemon is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
}

function logOf(box: Box, service: string): string {
  return box.read(`${box.root}/log/${service}.log`);
}

/** The folders of runs that are there. */
function runFolders(box: Box, service: string, rid: string): string[] {
  const folder = box.state(service, rid, "runs");
  return exists(folder) ? box.list(folder).map((name) => `${folder}/${name}`) : [];
}

/** The words of a line that the supervisor wrote; none while it has not. */
function statusLine(box: Box, folder: string, kind: string): string[] {
  if (!exists(`${folder}/status`)) return [];
  const line = box.read(`${folder}/status`).split("\n").find((text) => text.startsWith(`${kind} `));
  return line?.split(" ").slice(1) ?? [];
}

/** A command that says 1, 2, 3 … until a file is there, and then exits with a code. */
function counter(box: Box, code: number, end = "end"): string {
  const text =
    `i=0; while [ ! -e ${box.path}/${end} ]; do i=$((i+1)); echo count $i; sleep 0.05; done; exit ${code}`;
  return `/bin/sh -c "${text.replaceAll("$", "\\$")}"`;
}

e2eTest(
  "kill -9 of the daemon in the middle of 100 runs: each ends by itself, once, with output and code",
  async (box) => {
    box.config("node", "[node]\nmax_parallel = 200\n");
    const sections = (service: number) =>
      Array.from({ length: 25 }, (_, i) => {
        const command = `/bin/sh ${box.path}/job ${service}-${i} ${i}`;
        return `[task#${i}]\ncommand = ${command}\nschedule = @1h\nmax_parallel = 2\n`;
      }).join("");
    const job = `echo begin $1 >>"${box.path}/begun"
i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "line $1 $i"; echo "err $1 $i" >&2; sleep 0.1; done
while [ ! -e ${box.path}/end ]; do sleep 0.2; done
printf 'rest %s' $1
exit $2
`;
    await Deno.writeTextFile(`${box.path}/job`, job);
    for (let service = 0; service < 4; service++) box.config(`s${service}`, sections(service));
    const first = await started(box);
    const begun =
      () => (exists(`${box.path}/begun`) ? box.read(`${box.path}/begun`).trimEnd().split("\n") : []);
    await until("all have begun", () => begun().length >= 100, 30_000);
    await killed(box, first);
    const second = await started(box);
    await sleep(1_000);
    await killed(box, second);
    // Half of them end while nobody is there.
    await Deno.writeTextFile(`${box.path}/end`, "");
    await sleep(2_500);
    await started(box);
    const records = () => Array.from({ length: 100 }, (_, i) => box.history(`s${i % 4}`, `task#${i >> 2}`));
    await until("all are on record", () => records().every((history) => history.length > 0), 30_000);
    assertEquals(begun().length, 100);
    const folders = () =>
      [0, 1, 2, 3].flatMap((s) =>
        Array.from({ length: 25 }, (_, i) => runFolders(box, `s${s}`, `task#${i}`))
      );
    await until("all folders are gone", () => folders().flat().length === 0);
    for (const [i, history] of records().entries()) {
      const rid = i >> 2;
      assertEquals(history.map(({ exitcode, origin }) => [exitcode, origin]), [[rid, "scheduler"]]);
    }
    const logs = [0, 1, 2, 3].map((service) => logOf(box, `s${service}`)).join("");
    for (let i = 0; i < 100; i++) {
      const name = `${i % 4}-${i >> 2}`;
      const lines = [...logs.matchAll(new RegExp(`\\| \\| (line|err) ${name} (\\d+)$`, "gm"))];
      const seen = new Set(lines.map(([, kind, n]) => `${kind} ${n}`));
      assertEquals([lines.length, seen.size], [80, 80], name);
      assertStringIncludes(logs, `| | rest ${name}\n`);
    }
  },
);

e2eTest("a restart disturbs no run: the same command, its output without a gap, one record", async (box) => {
  box.config("svc", `[task#0]\ncommand = ${counter(box, 3)}\nschedule = @1h\n`);
  await started(box);
  await until(
    "it counts",
    () => exists(`${box.root}/log/svc.log`) && logOf(box, "svc").includes("| count 5"),
  );
  const [folder = ""] = runFolders(box, "svc", "task#0");
  const before = statusLine(box, folder, "command");
  const restarted = await box.agent(["daemon", "restart"]);
  assertEquals([restarted.code, restarted.stderr], [0, ""]);
  const ps = await box.agent(["svc", "print", "status", "--format", "json"]);
  assertStringIncludes(ps.stdout, '"running"');
  assertEquals([statusLine(box, folder, "command"), before.length], [before, 2]);
  await sleep(500);
  await Deno.writeTextFile(`${box.path}/end`, "");
  await until("it is on record", () => box.history("svc", "task#0").length > 0);
  const counts = [...logOf(box, "svc").matchAll(/\| \| count (\d+)$/gm)].map(([, n]) => Number(n));
  assertEquals(counts, counts.map((_, i) => i + 1));
  assertEquals(box.history("svc", "task#0").map(({ exitcode }) => exitcode), [3]);
});

e2eTest(
  "without a daemon, a run by hand puts what has ended on record, and waits for what has not",
  async (box) => {
    box.config(
      "svc",
      `[task#0]\ncommand = ${counter(box, 4)}\nschedule = @1h\non_error = touch ${box.path}/on_error\n`,
    );
    await started(box);
    await until(
      "it counts",
      () => exists(`${box.root}/log/svc.log`) && logOf(box, "svc").includes("| count 2"),
    );
    assertEquals((await box.agent(["daemon", "stop"])).code, 0);
    const refused = await box.agent(["svc", "run"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "task is already running 1 times");
    assertEquals(box.history("svc", "task#0"), []);
    await Deno.writeTextFile(`${box.path}/end`, "");
    const [folder = ""] = runFolders(box, "svc", "task#0");
    await until("it has ended", () => statusLine(box, folder, "exit").length > 0);
    const own = await box.agent(["svc", "run"]);
    assertEquals(own.code, 4);
    const history = box.history("svc", "task#0").map(({ exitcode, origin }) => [exitcode, origin]);
    assertEquals([history, exists(`${box.path}/on_error`)], [[[4, "scheduler"], [4, "user"]], true]);
    assertEquals(runFolders(box, "svc", "task#0"), []);
  },
);

e2eTest("a time limit holds while no daemon is there, and the next one tells of it", async (box) => {
  box.config(
    "svc",
    `[task#0]\ncommand = ${counter(box, 0)}\nschedule = @1h\ntimeout = 3s\nkill_grace = 1s\n`,
  );
  const pid = await started(box);
  await until(
    "it counts",
    () => exists(`${box.root}/log/svc.log`) && logOf(box, "svc").includes("| count 2"),
  );
  const [folder = ""] = runFolders(box, "svc", "task#0");
  await killed(box, pid);
  await until("it is ended", () => statusLine(box, folder, "exit").length > 0, 20_000);
  await until("nobody of it is left, nor its supervisor", () => processesBelow(box.root).length === 0);
  await started(box);
  await until("it is on record", () => box.history("svc", "task#0").length > 0);
  const [record] = box.history("svc", "task#0");
  assertEquals([record?.exitcode, record?.status], [124, "down"]);
  assertStringIncludes(String(record?.reason), "timeout after 3 seconds, while no agent was there");
});

e2eTest("a time limit that begins under one daemon is kept by the next", async (box) => {
  box.config(
    "svc",
    `[task#0]\ncommand = ${counter(box, 0)}\nschedule = @1h\ntimeout = 4s\nkill_grace = 1s\n`,
  );
  await started(box);
  const begin = performance.now();
  await until(
    "it counts",
    () => exists(`${box.root}/log/svc.log`) && logOf(box, "svc").includes("| count 2"),
  );
  assertEquals((await box.agent(["daemon", "restart"])).code, 0);
  await until("it is on record", () => box.history("svc", "task#0").length > 0, 20_000);
  const seconds = (performance.now() - begin) / 1000;
  assertEquals(
    [box.history("svc", "task#0")[0]?.exitcode, seconds > 2.5 && seconds < 15],
    [124, true],
    `${seconds} s`,
  );
});

e2eTest(
  "a killed supervisor costs the exit code only: the command keeps its slot until it ends",
  async (box) => {
    box.config("svc", `[task#0]\ncommand = ${counter(box, 6)}\nschedule = @1s\n`);
    await started(box);
    await until(
      "it counts",
      () => exists(`${box.root}/log/svc.log`) && logOf(box, "svc").includes("| count 2"),
    );
    const [folder = ""] = runFolders(box, "svc", "task#0");
    kill(Number(statusLine(box, folder, "supervisor")[0]));
    await sleep(1_500);
    assertEquals([box.history("svc", "task#0"), runFolders(box, "svc", "task#0").length], [[], 1]);
    box.config("svc", `[task#0]\ncommand = ${counter(box, 6)}\nschedule = @1h\n`);
    await Deno.writeTextFile(`${box.path}/end`, "");
    await until("it is on record", () => box.history("svc", "task#0").length > 0);
    const [record] = box.history("svc", "task#0");
    assertEquals([record?.exitcode, record?.status], [null, "undef"]);
    assertStringIncludes(String(record?.reason), "nobody saw how it ended");
  },
);

e2eTest("a daemon and its command killed together: the next daemon knows by what", async (box) => {
  box.config("svc", `[task#0]\ncommand = sleep 300\nschedule = @1h\n`);
  const pid = await started(box);
  await until("it runs", () => runFolders(box, "svc", "task#0").length > 0);
  const [folder = ""] = runFolders(box, "svc", "task#0");
  await until("the command is known", () => statusLine(box, folder, "command").length > 0);
  kill(pid);
  kill(Number(statusLine(box, folder, "command")[0]));
  await until("the daemon is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
  assertEquals(exists(box.state("svc", "scheduler", "last_task#0")), true);
  await started(box);
  await until("it is on record", () => box.history("svc", "task#0").length > 0);
  assertEquals(box.history("svc", "task#0").map(({ exitcode }) => exitcode), [137]);
});

e2eTest("300 MB of output take neither the memory of the daemon, nor the disk, nor the log", async (box) => {
  const command = "/bin/sh -c \"head -c 300000000 /dev/zero | tr '\\\\0' x; echo; echo the end\"";
  box.config("svc", `[task#0]\ncommand = ${command}\nschedule = @1h\noutput_max = 100k\n`);
  const pid = await started(box);
  await until("it is on record", () => box.history("svc", "task#0").length > 0, 60_000);
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(box.read(`/proc/${pid}/status`))?.[1]);
  assertEquals(peak > 10_000 && peak < 400_000, true, `${peak} kB`);
  const log = logOf(box, "svc");
  assertEquals(log.length < 1_000_000, true, `${log.length}`);
  assertStringIncludes(log, "bytes of output are left out here (output_max)");
  assertEquals(log.trimEnd().endsWith("| | the end"), true);
  assertEquals(box.history("svc", "task#0")[0]?.exitcode, 0);
});
