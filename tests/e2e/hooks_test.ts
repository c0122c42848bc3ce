/** Hooks, pings and attempts of the built executable: real processes, and a monitor on loopback. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Box, e2eTest, exists, IS_ROOT, kill, needs, until } from "./box.ts";

interface Ping {
  readonly path: string;
  readonly rid: string | null;
  readonly agent: string | null;
  readonly body: string;
}

/** A monitor that answers as it is told; the url holds a secret. */
async function withMonitor(
  answer: (request: Request) => Response | Promise<Response>,
  body: (url: string, pings: Ping[]) => Promise<void>,
): Promise<void> {
  const pings: Ping[] = [];
  const handler = async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [rid, agent] = [searchParams.get("rid"), request.headers.get("user-agent")];
    pings.push({ path: pathname.replace("/secret", ""), rid, agent, body: await request.text() });
    return await answer(request);
  };
  const over = new AbortController();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {}, signal: over.signal }, handler);
  try {
    await body(`http://127.0.0.1:${server.addr.port}/secret`, pings);
  } finally {
    // What hangs is not waited for.
    over.abort();
    await server.finished;
  }
}

const OK = () => new Response("OK");

function runMs(box: Box, service: string): number {
  const { at, ended_at } = box.history(service, "task#0").at(-1)!;
  return Date.parse(String(ended_at)) - Date.parse(String(at));
}

e2eTest("ping_url: start, success and failure of a run, with code and output", async (box) => {
  await withMonitor(OK, async (url, pings) => {
    box.config(
      "ping",
      `[task#0]\ncommand = echo out; echo err >&2; echo $OPENSVC_RUN_ID\nping_url = ${url}\n`,
    );
    const { code, stderr } = await box.agent(["ping", "run"], {
      env: { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" },
    });
    assertEquals(code, 0);
    assertEquals(stderr.includes("secret"), false);
    assertEquals(pings.map(({ path }) => path), ["/start", ""]);
    const [start, end] = pings;
    assertMatch(start!.rid ?? "", /^[0-9a-f-]{36}$/);
    assertEquals([end!.rid, end!.body.split("\n").sort()], [
      start!.rid,
      ["", start!.rid!, "err", "out"].sort(),
    ]);
    assertMatch(start!.agent ?? "", /^agent\/\d+\.\d+\.\d+$/);
    pings.length = 0;
    box.config("ping", `[task#0]\ncommand = echo why; exit 7\nping_url = ${url}\nhook_interval = 0\n`);
    assertEquals((await box.agent(["ping", "run"])).code, 7);
    assertEquals(pings.map(({ path, body }) => [path, body]), [["/start", ""], ["/7", "exit code 7\nwhy\n"]]);
  });
});

const troubles: { what: string; answer: () => Response | Promise<Response>; reason: RegExp }[] = [
  { what: "that hangs", answer: () => new Promise<Response>(() => {}), reason: /no answer within|too late/ },
  {
    what: "that answers 500",
    answer: () => new Response(null, { status: 500 }),
    reason: /answered with status 500/,
  },
  {
    what: "that redirects in a circle",
    answer: () => new Response(null, { status: 302, headers: { location: "/secret/again" } }),
    reason: /redirected more than 3 times/,
  },
];

for (const { what, answer, reason } of troubles) {
  e2eTest(`ping_url: a monitor ${what} neither delays nor fails the run`, async (box) => {
    await withMonitor(answer, async (url) => {
      box.config("ping", `[task#0]\ncommand = /bin/true\nping_url = ${url}\nhook_timeout = 2s\n`);
      const { code, stderr } = await box.agent(["ping", "run"]);
      assertEquals(code, 0);
      assertMatch(stderr, reason);
      assertEquals([stderr.includes("secret"), runMs(box, "ping") < 2_000], [false, true]);
    });
  });
}

e2eTest("ping_url: a monitor that is not there neither delays nor fails the run", async (box) => {
  box.config(
    "ping",
    "[task#0]\ncommand = exit 3\nshell = true\nping_url = http://127.0.0.1:9/secret\nhook_timeout = 2s\n",
  );
  const { code, stderr } = await box.agent(["ping", "run"]);
  assertEquals([code, stderr.includes("secret")], [3, false]);
  assertMatch(stderr, /WARNING ping_url: 127\.0\.0\.1:9 could not be told of the failure: /);
  assertEquals(runMs(box, "ping") < 2_000, true);
});

e2eTest(
  "ping_url: the daemon pings, and a monitor that hangs keeps it neither from runs nor from its end",
  async (box) => {
    let hangs = false;
    const answer = () => hangs ? new Promise<Response>(() => {}) : OK();
    await withMonitor(answer, async (url, pings) => {
      box.config(
        "ping",
        `[task#0]\ncommand = /bin/true\nschedule = @1s\nping_url = ${url}\nhook_interval = 0\n`,
      );
      assertEquals((await box.agent(["daemon", "start"])).code, 0);
      await until("a run is told", () => pings.some(({ path }) => path === ""));
      hangs = true;
      const before = box.history("ping", "task#0").length;
      await until("it goes on", () => box.history("ping", "task#0").length >= before + 5, 30_000);
      const begin = performance.now();
      assertEquals((await box.agent(["daemon", "stop", "--runs", "wait"])).code, 0);
      assertEquals(performance.now() - begin < 20_000, true);
    });
  },
);

e2eTest(
  "a run that the next daemon takes over is told to the monitor, and counted as long once",
  async (box) => {
    await withMonitor(OK, async (url, pings) => {
      const [go, long] = [`${box.path}/go`, `${box.path}/long`];
      box.config(
        "left",
        `[task#0]\ncommand = echo begun; while ! test -e ${go}; do sleep 0.1; done; echo why; exit 5\nschedule = @1h\n` +
          `ping_url = ${url}\non_long = echo x >> ${long}; true\nlong_after = 1s\n`,
      );
      const { stdout } = await box.agent(["daemon", "start"]);
      await until("the start is told, and the run is long", () => pings.length === 1 && exists(long));
      await until("the output is in the log", () => box.read(`${box.root}/log/left.log`).includes("| begun"));
      kill(Number(/process (\d+)/.exec(stdout)?.[1]));
      await until("it is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
      assertEquals((await box.agent(["daemon", "start"])).code, 0);
      await until(
        "the next one follows it",
        () => box.read(`${box.root}/log/left.log`).includes("follows it on"),
      );
      await Deno.writeTextFile(go, "");
      await until("the end is told", () => pings.length === 2);
      const [start, end] = pings;
      assertEquals([start!.path, end!.path, end!.body], ["/start", "/5", "exit code 5\nwhy\n"]);
      assertEquals([start!.rid === end!.rid, box.read(long)], [true, "x\n"]);
    });
  },
);

e2eTest(
  "on_long runs beside the command as the user of the task, and a hook that hangs is ended",
  async (box) => {
    const user = IS_ROOT ? "user = nobody\n" : "";
    box.config(
      "long",
      `[task#0]\ncommand = sleep 2; echo done\n${user}on_long = id -un; echo $OPENSVC_HOOK $OPENSVC_ELAPSED; trap '' TERM; sleep 600; sleep 600\n` +
        "long_after = 1s\nhook_timeout = 2s\n",
    );
    const { code, stderr } = await box.agent(["long", "run"]);
    assertEquals(code, 0);
    if (IS_ROOT) assertStringIncludes(stderr, "INFO    on_long | nobody\n");
    assertStringIncludes(stderr, "INFO    on_long | on_long 1\n");
    assertStringIncludes(stderr, "INFO    | done\n");
    assertStringIncludes(stderr, "[124]: timeout after 2 seconds");
    assertEquals(runMs(box, "long") < 10_000, true);
  },
);

e2eTest("on_skip tells of each instant at which the task still ran", async (box) => {
  const file = `${box.path}/told`;
  box.config(
    "busy",
    "[task#0]\ncommand = sleep 3\nschedule = * * * * * *\nhook_interval = 0\n" +
      `on_skip = echo "$OPENSVC_HOOK $OPENSVC_CAUSE $OPENSVC_RID $OPENSVC_PLANNED_AT" >> ${file}; true\n`,
  );
  assertEquals((await box.agent(["daemon", "start"])).code, 0);
  await until("the hook is called", () => exists(file) && box.read(file).split("\n").length > 2, 20_000);
  assertMatch(box.read(file), /^(on_skip running task#0 \d+\n)+/);
});

e2eTest("retry starts a failed command again, in one run", async (box) => {
  const counter = `${box.path}/n`;
  box.config(
    "again",
    `[task#0]\ncommand = echo x >> ${counter}; test $(wc -l < ${counter}) -ge 3\nretry = 5\nretry_delay = 1s\nshell = true\n`,
  );
  const { code, stdout } = await box.agent(["again", "run", "--format", "json"]);
  assertEquals([code, JSON.parse(stdout)[0].attempts], [0, 3]);
  assertEquals(box.history("again", "task#0").map(({ exitcode, attempts }) => [exitcode, attempts]), [[
    0,
    3,
  ]]);
  await Deno.remove(counter);
  const piped = await box.agent(["again", "run"], { stdin: "data\n" });
  assertEquals(piped.code, 1);
  assertStringIncludes(piped.stderr, "not repeated: its input is used up");
});

e2eTest("a hook of a user that does not exist is a warning", async (box) => {
  box.config("ghost", "[task#0]\ncommand = /bin/true\nuser = nosuchuser\non_skip = /bin/true\n");
  const { code, stderr } = await box.agent(["ghost", "run", "--cron"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "WARNING on_skip: /bin/true non-blocking error [1]: Cannot find user");
}, { leftOut: needs({ root: true }) });
