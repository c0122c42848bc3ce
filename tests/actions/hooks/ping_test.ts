/** `ping_url`: what a monitor is told of a run, how often, and that it can never hold the run up. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runAgent, startAgent } from "../../fakes/run_agent.ts";
import { logOf } from "../../fakes/run_service.ts";
import type { Program } from "../../fakes/processes.ts";
import { fakeSystem } from "../../fakes/system.ts";
import type { FakeOptions, FakeSystem } from "../../fakes/system.ts";

const TASK = "[task#0]\ncommand = /bin/main\nping_url = https://hc.example.com/0123-secret\n";

function systemOf(main: Program = {}, more = "", options: FakeOptions = {}): FakeSystem {
  return fakeSystem({ config: { svc1: TASK + more }, programs: { "*": {}, "/bin/main": main }, ...options });
}

function signalsOf({ http }: FakeSystem): string[] {
  return http.paths.map((path) => path.replace("/0123-secret", "") || "ok");
}

const ends: { what: string; main: Program; more?: string; signals: string[]; body: string }[] = [
  {
    what: "a success with the output",
    main: { stdout: "one\ntwo\n", stderr: "three\n" },
    signals: ["/start", "ok"],
    body: "one\ntwo\nthree\n",
  },
  {
    what: "a failure with code and output",
    main: { code: 3, stdout: "no\n" },
    signals: ["/start", "/3"],
    body: "exit code 3\nno\n",
  },
  {
    what: "a signal as 128+n",
    main: { signal: "SIGKILL" },
    signals: ["/start", "/137"],
    body: "ended by SIGKILL\n",
  },
  {
    what: "a code that is up as a success",
    main: { code: 3 },
    more: "retcodes = 3:up\n",
    signals: ["/start", "ok"],
    body: "",
  },
  {
    what: "a code of 0 that is down as a failure",
    main: {},
    more: "retcodes = 0:down\n",
    signals: ["/start", "/fail"],
    body: "exit code 0 is down\n",
  },
  {
    what: "a command that cannot start",
    main: { error: new Error("No such file") },
    signals: ["/start", "/127"],
    body: "No such file\n",
  },
  {
    what: "a blocking trigger",
    main: {},
    more: "blocking_pre_run = /bin/false\n",
    signals: ["/start", "/1"],
    body: "blocking_pre_run: /bin/false blocking error [1]: exit code 1\n",
  },
  {
    what: "a blocking trigger after a success",
    main: { stdout: "one\n" },
    more: "blocking_post_run = /bin/false\n",
    signals: ["/start", "/1"],
    body: "blocking_post_run: /bin/false blocking error [1]: exit code 1\none\n",
  },
  {
    what: "how many attempts there were",
    main: { code: 3 },
    more: "retry = 1\n",
    signals: ["/start", "/3"],
    body: "exit code 3\nattempts: 2\n",
  },
  {
    what: "no output that is not kept",
    main: { stdout: "one\n" },
    more: "log = false\n",
    signals: ["/start", "ok"],
    body: "",
  },
];

for (const { what, main, more, signals, body } of ends) {
  Deno.test(`ping_url is told ${what}`, async () => {
    const system = systemOf(main, more, { isTerminal: { stdin: true } });
    await runAgent(["svc1", "run"], system);
    assertEquals(signalsOf(system), signals);
    assertEquals(system.http.requests.map((request) => request.body), ["", body]);
  });
}

Deno.test("ping_url gets the run id of the command, our name, and ten seconds a try", async () => {
  const system = systemOf();
  await runAgent(["svc1", "run"], system);
  const runId = system.processes.started[0]!.env["AGENT_X_OPENSVC_RUN_ID"];
  for (const { url, options } of system.http.requests) {
    assertEquals(new URL(url).searchParams.get("rid"), runId!);
    assertEquals([options.userAgent, options.timeoutMs, options.proxy], ["agent/0.1.0", 10_000, undefined]);
  }
});

Deno.test("ping_url is told no more than 10 kB, the end of the output", async () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i} ä`).join("\n");
  const system = systemOf({ code: 3, stdout: `${lines}\n` });
  await runAgent(["svc1", "run"], system);
  const { body } = system.http.requests[1]!;
  assertEquals(new TextEncoder().encode(body).length <= 10_000, true);
  assertMatch(body, /^exit code 3\nline \d+ ä\n[^]*line 4999 ä\n$/);
  assertEquals(body.length > 8_000, true);
});

Deno.test("ping_url is told nothing of a run that is refused", async () => {
  const system = systemOf({}, "run_requires = impossible\n");
  await runAgent(["svc1", "run"], system);
  await runAgent(["svc1", "run", "--cron"], system);
  assertEquals(system.http.requests, []);
});

Deno.test("ping_url is told of an interrupt before on_error is over", async () => {
  const system = fakeSystem({
    config: { svc1: `${TASK}on_error = /bin/hook\n` },
    programs: { "/bin/main": { durationMs: Infinity }, "/bin/hook": { durationMs: 60_000 } },
  });
  const exit = startAgent(["svc1", "run"], system);
  await system.clock.advance(5_000);
  system.signals.send("SIGTERM");
  await system.clock.advance(5_000);
  assertEquals(signalsOf(system), ["/start", "/143"]);
  assertEquals(await system.clock.runUntil(exit), 143);
});

const troubles = ["hangs", "refused", 500, 429, 404, 301] as const;

for (const answer of troubles) {
  Deno.test(`ping_url that answers with ${answer} does not hold up the run, and names the host only`, async () => {
    const system = systemOf({ durationMs: 2_000, code: 3 });
    system.http.answer = answer;
    assertEquals(await runAgent(["svc1", "run"], system), 3);
    const [start] = system.http.requests;
    assertEquals([start!.at, system.processes.started[0]!.at].map((at) => at % 1_000), [0, 0], "at once");
    const last = JSON.parse(system.files.read("/var/lib/agent/svc/svc1/task#0/last_run")!);
    assertEquals(Date.parse(last.ended_at) - Date.parse(last.at), 2_000);
    const log = `${logOf(system).join("\n")}\n${system.files.read("/var/log/agent/svc1.log")}`;
    assertStringIncludes(log, "WARNING ping_url: hc.example.com could not be told of the failure: ");
    assertEquals(log.includes("secret"), false);
    const tookMs = system.clock.now() - Date.parse("2026-03-02T10:00:02Z");
    assertEquals(tookMs <= 40_000, true, `the process goes on for ${tookMs} ms`);
  });
}

Deno.test("ping_url is tried three times, with pauses, when that may help", async () => {
  const tries = async (...next: FakeSystem["http"]["next"]) => {
    const system = systemOf();
    system.http.next.push(200, ...next);
    await runAgent(["svc1", "run"], system);
    return system.http.requests.slice(1).map(({ at }) => at - system.http.requests[0]!.at);
  };
  assertEquals(await tries(500, "refused", 200), [0, 1_000, 4_000]);
  assertEquals(await tries(500, 500, 500, 500), [0, 1_000, 4_000]);
  assertEquals(await tries(404), [0]);
});

Deno.test("ping_url: the start is not tried again when the run is over, and the end comes after it", async () => {
  const system = systemOf({ durationMs: 500 });
  system.http.next.push("refused", { status: 200, afterMs: 100 });
  await runAgent(["svc1", "run"], system);
  assertEquals(signalsOf(system), ["/start", "ok"]);
});

Deno.test("ping_url: nothing is tried after hook_timeout", async () => {
  const system = systemOf({}, "hook_timeout = 15s\n");
  system.http.answer = "hangs";
  await runAgent(["svc1", "run"], system);
  const begin = Date.parse("2026-03-02T10:00:00Z");
  assertEquals(system.clock.now() - begin, 15_000);
  assertEquals(
    system.http.requests.map(({ at, options }) => [(at - begin) / 1_000, options.timeoutMs / 1_000]),
    [
      [0, 10],
      [10, 5],
    ],
  );
});

Deno.test("ping_url: an interrupt after the run gives the pings up", async () => {
  const system = systemOf({ code: 3 });
  system.http.answer = "hangs";
  const exit = startAgent(["svc1", "run"], system);
  await system.clock.advance(2_000);
  system.signals.send("SIGINT");
  const code = await system.clock.runUntil(exit);
  assertEquals([code, system.clock.now() - Date.parse("2026-03-02T10:00:02Z")], [3, 0]);
});

Deno.test("ping_url is told of a change at once, and of the same again after hook_interval", async () => {
  let code = 0;
  const system = fakeSystem({ config: { svc1: TASK }, programs: { "/bin/main": () => ({ code }) } });
  const run = async (next: number, afterSeconds: number) => {
    code = next;
    system.http.requests.length = 0;
    await system.clock.advance(afterSeconds * 1000);
    await runAgent(["svc1", "run"], system);
    return signalsOf(system);
  };
  assertEquals(await run(0, 0), ["/start", "ok"]);
  assertEquals(await run(0, 10), []);
  assertEquals(await run(0, 10), []);
  assertEquals(await run(3, 10), ["/3"]);
  assertStringIncludes(system.http.requests[0]!.body, "runs since the last ping that were not told: 2\n");
  assertEquals(await run(3, 10), []);
  assertEquals(await run(0, 60), ["/start", "ok"]);
});

Deno.test("ping_url goes through the proxy of node.conf only", async () => {
  const node = (text: string) => ({ files: { "/etc/agent/node.conf": `[node]\nhttp_proxy = ${text}\n` } });
  const environment = { HTTPS_PROXY: "http://ambient:3128" };
  const system = systemOf({}, "", { ...node("http://proxy:3128"), environment });
  await runAgent(["svc1", "run"], system);
  assertEquals(system.http.requests[0]?.options.proxy, "http://proxy:3128");
  const wrong = systemOf({}, "", node("proxy:3128"));
  assertEquals(await runAgent(["svc1", "run"], wrong), 3);
});
