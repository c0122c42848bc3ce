import { assert, assertEquals } from "@std/assert";
import { fakeSystem } from "./system.ts";

Deno.test("FakeClock wakes sleepers in the order of their instants", async () => {
  const { clock } = fakeSystem();
  const woken: string[] = [];
  const start = clock.now();
  for (const ms of [30, 10, 20]) {
    void clock.sleep(ms).then(() => woken.push(`${ms} at ${clock.now() - start}`));
  }

  await clock.advance(25);
  assertEquals(woken, ["10 at 10", "20 at 20"]);
  assertEquals(clock.now() - start, 25);
  assertEquals(clock.sleeping, 1);
});

Deno.test("FakeClock sleeps are cut short by their signal", async () => {
  const { clock } = fakeSystem();
  const stop = new AbortController();
  const slept = clock.sleep(1_000, stop.signal);
  stop.abort();
  await slept;
  assertEquals(clock.sleeping, 0);
});

Deno.test("FakeFiles keeps facts, lists folders, follows links and renames whole folders", async () => {
  const { files } = fakeSystem({ config: { svc1: "a", "ns1/svc/web": "b" } });
  assertEquals(files.list("/etc/agent").map(({ name, kind }) => `${kind} ${name}`), [
    "folder namespaces",
    "file svc1.conf",
  ]);
  await files.replace("/var/x/y", "héllo", { mode: 0o640 });
  assertEquals(files.facts("/var/x/y")?.size, 6);
  assertEquals(files.facts("/var/x/y")?.mode, 0o640);
  files.link("/link", "/var/x");
  assertEquals([files.read("/link/y"), files.facts("/link")?.kind, files.realPath("/link/y")], [
    "héllo",
    "link",
    "/var/x/y",
  ]);
  files.rename("/var/x", "/var/z");
  assertEquals([files.read("/var/z/y"), files.read("/var/x/y"), files.realPath("/var/x")], [
    "héllo",
    undefined,
    undefined,
  ]);
});

Deno.test("FakeFiles tells watchers what changed below their folders", async () => {
  const { files } = fakeSystem();
  const seen: string[] = [];
  const watch = files.watch(["/etc"], (paths) => seen.push(...paths));
  files.put("/etc/a.conf", "");
  files.put("/var/b", "");
  await Promise.resolve();
  assert(seen.includes("/etc/a.conf") && !seen.includes("/var/b"));
  watch[Symbol.dispose]();
  files.remove("/etc/a.conf");
  await Promise.resolve();
  assertEquals(seen.filter((path) => path === "/etc/a.conf").length, 1);
});

Deno.test("FakeFiles locks exclude each other, and wait in virtual time", async () => {
  const { files, clock } = fakeSystem();
  const first = await files.lock("/run/l", 0);
  assert(first);
  assertEquals(await files.lock("/run/l", 0), undefined);
  assertEquals(await clock.runUntil(files.lock("/run/l", 500)), undefined);
  const waiting = files.lock("/run/l", 500);
  first.release();
  assert(await waiting);
});

Deno.test("FakeProcesses plays a program behind any wrapper, for its duration", async () => {
  const { processes, clock } = fakeSystem({
    programs: { "/opt/b --all": { code: 3, durationMs: 5_000, stdout: "hi\n" } },
  });
  let text = "";
  const running = processes.start({
    argv: ["setpriv", "--", "/opt/b", "--all"],
    cwd: "/",
    env: { A: "1" },
    stdin: "null",
    onOutput: (_stream, chunk) => (text += new TextDecoder().decode(chunk)),
  });
  assert(processes.isAlive(running) && processes.hasInEnvironment(running, "A=1"));
  const start = clock.now();
  assertEquals(await clock.runUntil(running.ended), { kind: "exited", code: 3 });
  assertEquals([clock.now() - start, text, processes.running], [5_000, "hi\n", []]);
});

Deno.test("FakeProcesses ends what is signalled, unless it ignores TERM", async () => {
  const { processes } = fakeSystem({ programs: { "hard": { durationMs: Infinity, ignoresTerm: true } } });
  const running = processes.start({ argv: ["hard"], cwd: "/", env: {}, stdin: "null" });
  processes.signal(running, "SIGTERM");
  assert(processes.isAlive(running));
  processes.signal(running, "SIGKILL");
  assertEquals(await running.ended, { kind: "signaled", signal: "SIGKILL", number: 9 });
  assertEquals(processes.signal(running, "SIGKILL"), "gone");
});

Deno.test("FakePrompt takes one line of the input, and leaves the rest", async () => {
  const { prompt, terminal, stdout } = fakeSystem({ stdin: "yes\nrest\n" });
  assertEquals(await prompt.ask("sure? ", 30_000, "stdout"), { kind: "line", text: "yes" });
  assertEquals([stdout.text, terminal.unread], ["sure? ", "rest\n"]);
});
