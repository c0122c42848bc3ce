import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeSystem } from "../../fakes/system.ts";
import { call, callOn, configOf } from "./called.ts";

const TEXT =
  "# head\n[DEFAULT]\nnodes = n1 n2\n\n[task#0]\n; why\ncommand = /bin/true\n\n[task#1]\ncommand = /bin/false\n";
const config = { testmd: TEXT };

const changes: [args: string[], text: string][] = [
  [["--kw", "task#0.user=root"], TEXT.replace("/bin/true\n", "/bin/true\nuser = root\n")],
  [["task#0.user = root"], TEXT.replace("/bin/true\n", "/bin/true\nuser = root\n")],
  [["--kw", "nodes+=n3"], TEXT.replace("n1 n2", "n1 n2 n3")],
  [["--kw", "nodes|=n2"], TEXT],
  [["--kw", "nodes-=n2"], TEXT.replace("n1 n2", "n1")],
  [["--kw", "nodes[1]+=n3", "--kw", "nodes-=n2"], TEXT.replace("n1 n2", "n1 n3")],
  [["--kw", "nodes@n2=n2"], TEXT.replace("n1 n2\n", "n1 n2\nnodes@n2 = n2\n")],
  [["--kw", "task.timeout=5m"], TEXT.replace("/bin/true\n", "/bin/true\ntimeout = 5m\n") + "timeout = 5m\n"],
];

for (const [args, text] of changes) {
  Deno.test(`set ${args.join(" ")} changes its lines and no others`, async () => {
    const { code, out, err, system } = await call(["testmd", "set", ...args], { config });
    assertEquals([code, out, err], [0, "", ""]);
    assertEquals(configOf(system, "testmd"), text);
  });
}

Deno.test("config set is another spelling, and several keywords are one change", async () => {
  const { code, system } = await call([
    "testmd",
    "config",
    "set",
    "task#2.command=/bin/true",
    "task#2.user=root",
  ], {
    config,
  });
  assertEquals(code, 0);
  assertEquals(configOf(system, "testmd"), `${TEXT}\n[task#2]\ncommand = /bin/true\nuser = root\n`);
});

Deno.test("set adds to the default that counts without the line", async () => {
  const { system } = await call(["testmd", "set", "nodes+=n2"], {
    config: { testmd: "[task#0]\ncommand = true\n" },
  });
  assertStringIncludes(configOf(system, "testmd")!, "nodes = {nodename} n2\n");
});

Deno.test("set of the same value writes nothing", async () => {
  const system = fakeSystem({ config });
  const { code } = await callOn(system, "testmd", "set", "--kw", "task#0.command=/bin/true");
  assertEquals([code, system.files.durable], [0, []]);
  assertEquals(system.files.facts("/var/lib/agent/svc/testmd"), undefined);
});

Deno.test("set never widens the rights of the file", async () => {
  const system = fakeSystem({ config });
  system.files.change("/etc/agent/testmd.conf", { mode: 0o400 });
  await callOn(system, "testmd", "set", "task#0.user=root");
  assertEquals(system.files.facts("/etc/agent/testmd.conf")?.mode, 0o400);
  system.files.change("/etc/agent/testmd.conf", { mode: 0o644 });
  await callOn(system, "testmd", "set", "task#0.user=admin");
  assertEquals(system.files.facts("/etc/agent/testmd.conf")?.mode, 0o600);
});

Deno.test("set refuses a change that brings an error, and does none of it", async () => {
  const { code, err, system } = await call(["testmd", "set", "task#0.user=root", "task#0.timeout=abc"], {
    config,
  });
  assertEquals([code, configOf(system, "testmd")], [3, TEXT]);
  assertStringIncludes(err, "agent: Cannot set testmd, nothing is changed: Cannot use task#0.timeout");
  assertEquals(err.split("\n").length, 2);
});

Deno.test("set in several services is done in all or in none", async () => {
  const system = fakeSystem({ config: { a: TEXT, b: "[task#0]\ncommand = true\ntimeout = 1\n" } });
  const { code } = await callOn(system, "a,b", "set", "task#1.timeout=5");
  assertEquals([code, configOf(system, "a")], [3, TEXT]);
  assertEquals((await callOn(system, "a,b", "set", "task#0.timeout=5")).code, 0);
  assertStringIncludes(configOf(system, "a")!, "timeout = 5\n");
  assertStringIncludes(configOf(system, "b")!, "timeout = 5\n");
});

Deno.test("set goes on although there is an old error elsewhere, and can repair it", async () => {
  const system = fakeSystem({ config: { testmd: `${TEXT}timeout = abc\n` } });
  assertEquals((await callOn(system, "testmd", "set", "task#0.user=root")).code, 0);
  assertEquals((await callOn(system, "testmd", "set", "task#1.timeout=abd")).code, 3);
  assertEquals((await callOn(system, "testmd", "set", "task#1.timeout=5")).code, 0);
  assertEquals((await callOn(system, "testmd", "validate", "config")).code, 0);
});

Deno.test("set tells the warnings that it brings, and only those", async () => {
  const system = fakeSystem({ config: { testmd: `${TEXT}old = 1\n` } });
  const { code, err } = await callOn(system, "testmd", "set", "task#0.usr=root");
  assertEquals([code, err], [
    0,
    "testmd: line 8: warning: Unknown keyword task#0.usr, did you mean user\n",
  ]);
});

Deno.test("set leaves a line without the value in the log of the service", async () => {
  const { system } = await call(["testmd", "set", "env.password=geheim"], { config });
  const log = system.files.read("/var/log/agent/testmd.log") ?? "";
  assertStringIncludes(log, "set env.password");
  assertEquals(log.includes("geheim"), false);
});

const refused: [args: string[], code: number, message: string][] = [
  [["testmd", "set"], 2, "no keyword is given"],
  [["testmd", "set", "task#0.user"], 2, "there is no ="],
  [["testmd", "set", "nodes[0]=n1"], 2, "expected +="],
  [["testmd", "set", "tsk.user=x"], 4, "there is no resource tsk#"],
  [["none", "set", "nodes=x"], 4, 'Cannot find "none"'],
  [["broken", "set", "nodes=x"], 3, "at line 2"],
];

for (const [args, code, message] of refused) {
  Deno.test(`set ends with ${code}: agent ${args.join(" ")}`, async () => {
    const called = await call(args, { config: { ...config, broken: "[a]\nnonsense\n" } });
    assertEquals(called.code, code);
    assertStringIncludes(called.err, message);
    assertEquals(called.err.split("\n").length, 2, "one line");
    assertEquals(configOf(called.system, "testmd"), TEXT);
  });
}

Deno.test("set refuses a configuration that somebody else may write", async () => {
  const system = fakeSystem({ config });
  system.files.change("/etc/agent/testmd.conf", { mode: 0o666 });
  const { code, err } = await callOn(system, "testmd", "set", "nodes=x");
  assertEquals([code, configOf(system, "testmd")], [1, TEXT]);
  assertStringIncludes(err, "Cannot trust");
});
