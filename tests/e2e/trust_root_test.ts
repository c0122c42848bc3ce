/** What root must not believe, and what must not hold it up; needs root, because it gives files away. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { AGENT, type Box, e2eTest, exec, IS_ROOT, needs, PATH, until } from "./box.ts";

const GOOD = "[task#0]\ncommand = /bin/echo well\n";
const NOBODY = 65534;
const leftOut = IS_ROOT ? undefined : "needs root";

interface Case {
  readonly edge: string;
  /** The service, when it is not `bad`. */
  readonly service?: string;
  /** Makes the configuration in question. */
  make(file: string, box: Box): void | Promise<void>;
  readonly reason: string;
  /** Of `run`: 1 for what is not believed, 3 for what cannot be read. */
  readonly code: 1 | 3;
}

function write(file: string, text = GOOD): void {
  Deno.mkdirSync(dirname(file), { recursive: true });
  Deno.writeTextFileSync(file, text, { mode: 0o600 });
}

function many(make: (i: number) => string): string {
  let text = "";
  for (let i = 0; text.length < 1_040_000; i++) text += make(i);
  return text;
}

const refused: readonly Case[] = [
  {
    edge: "a file that its group may write",
    make: (file) => (write(file), Deno.chmodSync(file, 0o660)),
    reason: "may be written by others (mode 660)",
    code: 1,
  },
  {
    edge: "a file of another user",
    make: (file) => (write(file), Deno.chownSync(file, NOBODY, NOBODY)),
    reason: "belongs to uid 65534",
    code: 1,
  },
  {
    edge: "a symbolic link",
    make: (file, box) => (write(join(box.path, "real")), Deno.symlinkSync(join(box.path, "real"), file)),
    reason: "it is a symbolic link",
    code: 1,
  },
  {
    edge: "a link to an endless device",
    make: (file) => Deno.symlinkSync("/dev/zero", file),
    reason: "it is a symbolic link",
    code: 1,
  },
  {
    edge: "a hard link",
    make: (file, box) => (write(file), Deno.linkSync(file, join(box.path, "other"))),
    reason: "has 2 names",
    code: 1,
  },
  {
    edge: "a folder above that others may write",
    service: "ns1/svc/bad",
    make: (file) => (write(file), Deno.chmodSync(dirname(file), 0o777)),
    reason: "may be written by others (mode 777)",
    code: 1,
  },
  {
    edge: "a pipe in which nothing comes",
    make: async (file) => void await exec(["mkfifo", "-m", "600", file]),
    reason: "it is a special file",
    code: 1,
  },
  {
    edge: "100 MB",
    make: (file) => (write(file), Deno.truncateSync(file, 100_000_000)),
    reason: "larger than 1048576 bytes",
    code: 3,
  },
  {
    edge: "a hundred thousand sections",
    make: (file) => write(file, many((i) => `[a${i.toString(36)}]\n`)),
    reason: "more than 5000 section headers",
    code: 3,
  },
  {
    edge: "hundreds of thousands of keys",
    make: (file) => write(file, `[task#0]\ncommand = /bin/true\n${many(() => "a=\n")}`),
    reason: "more than 10000 keys",
    code: 3,
  },
  {
    edge: "one line",
    make: (file) => write(file, `[task#0]\ncommand = ${"x".repeat(1_000_000)}\n`),
    reason: "task#0.command has 1000000 characters",
    code: 3,
  },
];

function fileOf(box: Box, service: string): string {
  return join(box.root, "etc", `${service.includes("/") ? "namespaces/" : ""}${service}.conf`);
}

for (const { edge, service = "bad", make, reason, code } of refused) {
  e2eTest(`${edge}: the service is refused aloud, and the others go on`, async (box) => {
    box.config("good", GOOD);
    await make(fileOf(box, service), box);
    const run = await box.agent([service, "run"]);
    assertEquals([run.code, run.stdout, run.stderr.split("\n").length], [code, "", 2]);
    assertStringIncludes(run.stderr, reason);
    for (const words of [["print", "status"], ["status"]]) {
      const shown = await box.agent([service, ...words]);
      assertEquals(shown.code, 0);
      assertStringIncludes(shown.stdout + shown.stderr, reason);
    }
    const all = await box.agent(["**", "run"]);
    assertStringIncludes(all.stderr, "| well");
    const doctor = await box.agent(["doctor", "--format", "jsonl"]);
    assertEquals(doctor.code, 1);
    const rows = doctor.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const row = rows.find(({ check }) => check === `service ${service}`);
    assertEquals([row.status, row.found.includes(reason)], ["error", true]);
  }, { leftOut });
}

e2eTest("the daemon goes on with the others, says why, and takes back what is mended", async (box) => {
  for (const { edge, service, make } of refused) {
    await make(fileOf(box, service ?? `bad-${edge.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`), box);
    // Each has a real file of its own.
    for (const name of ["real", "other"]) {
      await exec(["mv", join(box.path, name), join(box.path, `${name}-${edge}`)]);
    }
  }
  // A folder that is called like a configuration is none.
  await Deno.mkdir(fileOf(box, "folder"));
  box.config("good", "[task#0]\ncommand = /bin/true\nschedule = @1s\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the good service runs", () => box.history("good", "task#0").length >= 3, 30_000);
  const log = box.read(join(box.root, "log", "daemon.log"));
  for (const { reason } of refused) assertStringIncludes(log, reason);
  // Mended by what the README says: a copy in its place.
  const file = fileOf(box, "bad-a-hard-link");
  write(file.replace(/\.conf$/, ".new"), "[task#0]\ncommand = /bin/true\nschedule = @1s\n");
  await Deno.rename(file.replace(/\.conf$/, ".new"), file);
  await until("the mended service runs", () => box.history("bad-a-hard-link", "task#0").length > 0, 30_000);
}, { leftOut });

e2eTest("a service that is no longer to be believed stops while the daemon runs", async (box) => {
  box.config("svc1", "[task#0]\ncommand = /bin/true\nschedule = @1s\n");
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("it runs", () => box.history("svc1", "task#0").length > 0, 30_000);
  await Deno.link(fileOf(box, "svc1"), join(box.path, "other"));
  const log = () => box.read(join(box.root, "log", "daemon.log"));
  await until("it is refused", () => log().includes("has 2 names"), 30_000);
  // What was under way ends, and nothing follows.
  await until("it is quiet", async () => {
    const before = box.history("svc1", "task#0").length;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    return box.history("svc1", "task#0").length === before;
  }, 30_000);
}, { leftOut });

e2eTest("a program that everybody may replace is told, and run", async (box) => {
  const script = join(box.path, "open", "run.sh");
  await Deno.mkdir(dirname(script));
  await Deno.writeTextFile(script, "#!/bin/sh\necho done\n", { mode: 0o755 });
  await Deno.chmod(script, 0o777);
  box.config("svc1", `[task#0]\ncommand = ${script}\n`);
  const run = await box.agent(["svc1", "run"]);
  assertEquals(run.code, 0);
  assertStringIncludes(run.stderr, `somebody else may replace it: everybody may write ${script} (mode 777)`);
  assertStringIncludes((await box.agent(["svc1", "validate", "config"])).stdout, "everybody may write");
}, { leftOut });

e2eTest("doctor looks at the real host, leaves nothing, and works for an ordinary user", async (box) => {
  box.config("svc1", "[task#0]\ncommand = /bin/true\nuser = nobody\n");
  const before = (await exec(["find", box.root, "/sys/fs/cgroup", "-name", "*doctor*"])).stdout;
  const { stdout, code } = await box.agent(["doctor", "--format", "json"]);
  const rows = JSON.parse(stdout) as { check: string; status: string; found: string }[];
  const statusOf = (check: string) => rows.find((row) => row.check === check)?.status;
  assertEquals(rows.filter(({ found }) => found.startsWith("this cannot be looked at")), []);
  assertEquals([
    statusOf("wrapper setpriv"),
    statusOf("user nobody"),
    statusOf("shell"),
    statusOf("/dev/null"),
  ], [
    "ok",
    "ok",
    "ok",
    "ok",
  ]);
  assertEquals(code, rows.some(({ status }) => status === "error") ? 1 : 0);
  assertEquals((await exec(["find", box.root, "/sys/fs/cgroup", "-name", "*doctor*"])).stdout, before);

  const home = join(box.path, "home");
  await Deno.chmod(box.path, 0o755);
  await Deno.mkdir(home);
  await Deno.chown(home, NOBODY, NOBODY);
  const user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "-i"];
  const runtime = join(home, "runtime");
  const agent = join(box.path, "agent");
  await Deno.copyFile(AGENT, agent);
  const variables = [`PATH=${PATH}`, `HOME=${home}`, `AGENT_RUNTIME_DIR=${runtime}`];
  const asked = await exec([...user, ...variables, agent, "doctor", "--format", "json"]);
  const own = JSON.parse(asked.stdout) as typeof rows;
  assertEquals(own.filter(({ found }) => found.startsWith("this cannot be looked at")), []);
  assertStringIncludes(own[0]!.found, "as uid 65534");
  assertEquals(own.filter(({ check }) => check.startsWith("folder ")).map(({ status }) => status), [
    "info",
    "info",
    "info",
    "info",
  ]);
}, { leftOut: leftOut ?? needs({ programs: ["setpriv"] }) });
