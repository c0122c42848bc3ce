/** The socket on which the daemon tells about itself. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, e2eTest, exec, exists, needs, until } from "./box.ts";

/** Connects, and says why it cannot. */
const CONNECT = "use IO::Socket::UNIX; IO::Socket::UNIX->new(Peer => $ARGV[0]) or die qq($!\\n)";

function socketOf(box: Box): string {
  return `${box.root}/run/daemon.sock`;
}

async function started(box: Box): Promise<number> {
  const { code, stdout, stderr } = await box.agent(["daemon", "start"]);
  assertEquals([code, stderr], [0, ""]);
  return Number(/process (\d+)/.exec(stdout)?.[1]);
}

async function get(box: Box, path: string, method = "GET"): Promise<{ status: number; text: string }> {
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path: socketOf(box) } });
  try {
    const reply = await fetch(`http://localhost${path}`, { client, method });
    return { status: reply.status, text: await reply.text() };
  } finally {
    client.close();
  }
}

e2eTest("the daemon tells its status and metrics on a socket of its owner alone", async (box) => {
  box.config(
    "good",
    "[task#0]\ncommand = /bin/sh -c 'exit 5'\nschedule = @1h\n" +
      `[task#1]\ncommand = echo >${box.path}/begun; exec sleep 60\nshell = true\nschedule = @1h\n`,
  );
  const pid = await started(box);
  assertEquals(box.mode(socketOf(box)), 0o600);
  await until("the task runs", () => exists(`${box.path}/begun`));
  await until("the other is over", () => box.history("good", "task#0").length === 1);
  const status = JSON.parse((await get(box, "/status")).text);
  assertEquals([status.pid, status.state, status.services, status.schedules], [pid, "running", 1, 3]);
  assertEquals(status.running_jobs.map(({ rid }: { rid: string }) => rid), ["task#1"]);
  assertEquals([status.counters.started, status.counters.failed], [2, 1]);
  const memory = status.resident_bytes / 1024 / 1024;
  assertEquals(memory > 10 && memory < 500, true, `${memory} MB`);
  const { text } = await get(box, "/metrics");
  assertMatch(text, /^agent_task_last_run_code\{path="good",rid="task#0"\} 5$/m);
  assertMatch(text, /^agent_runs_running 1$/m);
  assertEquals([(await get(box, "/none")).status, (await get(box, "/status", "POST")).status], [404, 405]);
  const shown = await box.agent(["daemon", "status"]);
  assertEquals(shown.code, 0);
  assertStringIncludes(shown.stdout, `running, process ${pid}, since 20`);
  assertStringIncludes(shown.stdout, "\n1 of 10 places taken: good task#1 since 20");
  assertEquals((await box.agent(["daemon", "stop", "--runs", "end"])).code, 0);
  assertEquals(exists(socketOf(box)), false);
});

e2eTest(
  "the socket of a killed daemon is replaced by the next one, and kept by a second one",
  async (box) => {
    const first = await started(box);
    await until("it has its socket", () => exists(socketOf(box)));
    Deno.kill(first, "SIGKILL");
    await until("it is gone", async () => (await box.agent(["daemon", "status"])).code === 1);
    assertEquals(exists(socketOf(box)), true);
    const pid = await started(box);
    assertEquals((await box.agent(["daemon", "run"])).code, 1);
    assertEquals([JSON.parse((await get(box, "/")).text).pid, box.mode(socketOf(box))], [pid, 0o600]);
  },
);

e2eTest("another user cannot open the socket, wherever it is", async (box) => {
  await started(box);
  for (const folder of [box.path, box.root, `${box.root}/run`]) await Deno.chmod(folder, 0o755);
  const connect = ["perl", "-e", CONNECT, socketOf(box)];
  assertEquals((await exec(connect)).code, 0);
  const { code, stderr } = await exec(["setpriv", "--reuid=65534", "--clear-groups", ...connect]);
  assertEquals([code !== 0, stderr], [true, "Permission denied\n"]);
}, { leftOut: needs({ root: true, programs: ["setpriv", "perl"] }) });

e2eTest("DENO_SERVE_ADDRESS does not put the daemon on the network", async (box) => {
  const child = await box.agent(["daemon", "start"], { env: { DENO_SERVE_ADDRESS: "tcp:127.0.0.1:39417" } });
  assertEquals(child.code, 0);
  assertEquals((await get(box, "/status")).status, 200);
  await Deno.connect({ hostname: "127.0.0.1", port: 39417 }).then(
    (connection) => {
      connection.close();
      throw new Error("It listens on the network");
    },
    (error) => assertEquals(error instanceof Deno.errors.ConnectionRefused, true),
  );
});
