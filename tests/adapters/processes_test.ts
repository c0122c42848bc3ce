import { assertEquals, assertThrows } from "@std/assert";
import { createProcesses } from "../../src/adapters/processes.ts";
import type { ProcessSpec } from "../../src/ports.ts";

const processes = createProcesses();

/** Runs a text for sh to its end, collecting what it writes. */
async function run(script: string, spec: Partial<ProcessSpec> = {}) {
  const seen = { stdout: "", stderr: "" };
  const running = processes.start({
    argv: ["/bin/sh", "-c", script],
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdin: "null",
    onOutput: (stream, chunk) => void (seen[stream] += new TextDecoder().decode(chunk)),
    ...spec,
  });
  const begin = performance.now();
  const outcome = await running.ended;
  return { ...seen, outcome, pid: running.pid, tookMs: performance.now() - begin };
}

Deno.test("start() gives output and exit code", async () => {
  const { stdout, stderr, outcome } = await run("echo out; echo err >&2; exit 7");
  assertEquals([stdout, stderr], ["out\n", "err\n"]);
  assertEquals(outcome, { kind: "exited", code: 7 });
});

for (const [name, number] of [["TERM", 15], ["KILL", 9], ["INT", 2], ["USR1", 10]] as const) {
  Deno.test(`start() tells that SIG${name} ended the process`, async () => {
    const { outcome } = await run(`kill -s ${name} $$`);
    assertEquals(outcome, { kind: "signaled", signal: `SIG${name}`, number });
  });
}

Deno.test("start() tells exit code 143 from a signal", async () => {
  assertEquals((await run("exit 143")).outcome, { kind: "exited", code: 143 });
});

Deno.test("start() gives the environment and the folder of the specification, and nothing else", async () => {
  const env = { PATH: "/usr/bin:/bin", A: "x\ny" };
  const { stdout } = await run("", { argv: ["/usr/bin/env", "-0"], env, cwd: "/usr" });
  assertEquals(stdout.split("\0").filter(Boolean).sort(), ["A=x\ny", "PATH=/usr/bin:/bin"]);
  assertEquals((await run("pwd", { cwd: "/usr" })).stdout, "/usr\n");
});

Deno.test("start() makes a session of its own, of which the process is the leader", async () => {
  const { stdout, pid } = await run("exec cat /proc/self/stat");
  const [, , group, session] = stdout.slice(stdout.lastIndexOf(")") + 2).split(" ").map(Number);
  assertEquals([group, session], [pid, pid]);
});

Deno.test("start() gives an empty standard input", async () => {
  assertEquals((await run("cat; echo done")).stdout, "done\n");
});

Deno.test("start() ends with the process, at most a second after it, whoever holds the pipe", async () => {
  const { outcome, stdout, tookMs } = await run("echo begin; (sleep 3; echo late) & exit 3");
  assertEquals([outcome, stdout], [{ kind: "exited", code: 3 }, "begin\n"]);
  assertEquals(tookMs < 2_500, true);
  assertEquals((await run("(sleep 0.2; echo late) & exit 0")).stdout, "late\n");
});

Deno.test("start() gives every byte of a long output", async () => {
  let bytes = 0;
  await run("head -c 5000000 /dev/zero", { onOutput: (_, chunk) => void (bytes += chunk.length) });
  assertEquals(bytes, 5_000_000);
});

Deno.test("signal() reaches the very process only", async () => {
  const running = processes.start({ argv: ["/bin/sleep", "30"], cwd: "/", env: {}, stdin: "null" });
  const id = { pid: running.pid, startTime: running.startTime };
  assertEquals(processes.isAlive(id), true);
  assertEquals(processes.signal({ ...id, startTime: id.startTime + 1 }, "SIGKILL"), "gone");
  assertEquals(processes.signal(id, "SIGTERM"), "sent");
  assertEquals(await running.ended, { kind: "signaled", signal: "SIGTERM", number: 15 });
  assertEquals(processes.signal(id, "SIGTERM"), "gone");
});

Deno.test({
  name: "signal() tells when it may not (not as root)",
  ignore: Deno.uid() === 0,
  fn: () => {
    const first = processes.table().find(({ pid }) => pid === 1)!;
    assertEquals(processes.signal(first, "SIGCONT"), "refused");
  },
});

Deno.test("output() gives code and text, in the plain locale, without the environment of the agent", () => {
  assertEquals(processes.output(["/bin/sh", "-c", "echo $LC_ALL$HOME; exit 4"]), { code: 4, stdout: "C\n" });
});

Deno.test("output() of a program that is not there is 127", () => {
  assertEquals(processes.output(["no-such-program"]), { code: 127, stdout: "" });
  assertEquals(processes.output(["/etc/passwd"]), { code: 127, stdout: "" });
});

Deno.test("foreground() resolves to the exit code", async () => {
  assertEquals(await processes.foreground(["/bin/sh", "-c", "exit 5"]), 5);
});

Deno.test("start() throws for a folder that is not there", () => {
  assertThrows(() => processes.start({ argv: ["/bin/true"], cwd: "/no/such", env: {}, stdin: "null" }));
});

Deno.test("background() starts a session of its own that writes to the file", async () => {
  const file = await Deno.makeTempFile();
  const id = processes.background(["/bin/sh", "-c", 'echo "$1"; echo err >&2; cat', "sh", "a b"], file);
  while (processes.isAlive(id)) await new Promise((resolve) => setTimeout(resolve, 5));
  const text = await Deno.readTextFile(file);
  await Deno.remove(file);
  assertEquals(text, "a b\nerr\n");
});

Deno.test("background() adds variables to the agent's own, and none of them to its arguments", async () => {
  const file = await Deno.makeTempFile();
  const command = 'echo "$ADDED,${PATH:+kept}"; tr "\\0" " " < /proc/$$/cmdline';
  const id = processes.background(["/bin/sh", "-c", command], file, { ADDED: "s3cret" });
  while (processes.isAlive(id)) await new Promise((resolve) => setTimeout(resolve, 5));
  const [first, ...rest] = (await Deno.readTextFile(file)).split("\n");
  await Deno.remove(file);
  assertEquals([first, rest.join("").includes("s3cret")], ["s3cret,kept", false]);
});

Deno.test("start() leaves room for timers while a command writes more than can be handed over", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 10);
  const slow = () => {
    for (const end = performance.now() + 2; performance.now() < end;);
  };
  try {
    const { outcome } = await run("exec timeout 1 yes", { onOutput: slow });
    assertEquals(outcome, { kind: "exited", code: 124 });
  } finally {
    clearInterval(timer);
  }
  assertEquals(turns > 10, true, `${turns} turns`);
});

Deno.test("start() hands over all that was read of a command before it resolves", async () => {
  let size = 0;
  const slow = (_: string, chunk: Uint8Array) => {
    size += chunk.length;
    for (const end = performance.now() + 100; performance.now() < end;);
  };
  // In one write, so that one read gets it all.
  await run("dd if=/dev/zero bs=65536 count=1 2>/dev/null", { onOutput: slow });
  assertEquals(size, 65_536);
});
