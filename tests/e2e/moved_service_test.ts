/** Configurations and state as the OpenSVC 2.1 agent left them, served where they are. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Box, e2eTest, exists } from "./box.ts";

const STATUS_AT = 1_480_305_660;
const TASK_AT = 1_480_305_600;

function write(path: string, text: string): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
}

/** A tree of the older agent: two services, one of them in a namespace. */
function oldTree(box: Box) {
  const [etc, state] = [join(box.path, "etc/opensvc"), join(box.path, "var/lib/opensvc")];
  write(
    join(etc, "web.conf"),
    "[DEFAULT]\nid = 2d5d1c0a-5e2c-4a6b-9d2b-0f6a3f1c7e11\nnodes = n1 n2\n\n" +
      "[task#0]\ncommand = /bin/true\nschedule = @10\n\n[task#1]\ncommand = /bin/true\nschedule = @1d\n",
  );
  write(join(etc, "namespaces/ns1/svc/db.conf"), "[task#0]\ncommand: /bin/true\nschedule: @1h\n");
  const web = join(state, "svc/web");
  write(join(web, "scheduler/last_status"), `${STATUS_AT}.25`);
  write(join(web, "scheduler/last_task#0"), `${TASK_AT}`);
  write(join(web, "scheduler/last_task#0.success"), `${TASK_AT}`);
  // Older still: a date, in UTC.
  write(join(web, "scheduler/last_task#1"), "2016-11-28 04:01:00.000000");
  write(join(web, "task#0/last_run_retcode"), "3");
  Deno.utimeSync(join(web, "task#0/last_run_retcode"), TASK_AT, TASK_AT);
  write(join(web, "task#0/run.lock"), "");
  // A run record whose process is gone.
  write(join(web, "task#0/run/4194303"), "0f2d6a34-1111-2222-3333-444444444444");
  // The 3 agent: an empty file, whose modification time counts.
  const stamp = join(state, "namespaces/ns1/svc/db/scheduler/last_task#0");
  write(stamp, "");
  Deno.utimeSync(stamp, TASK_AT, TASK_AT);
  const env = { AGENT_ETC: etc, AGENT_VAR: state };
  return { web, env };
}

e2eTest("last runs of a moved service are read, and the next ones follow from them", async (box) => {
  const { env } = oldTree(box);
  const { code, stdout } = await box.agent(["**", "print", "schedule", "--format", "json"], { env });
  const lasts = JSON.parse(stdout).map((
    row: Record<string, unknown>,
  ) => [row.path, row.rid ?? row.action, row.last_run]);
  assertEquals(
    lasts.filter(([path, name]: string[]) => /^task/.test(name!) || (path === "web" && name === "status")),
    [
      ["ns1/svc/db", "task#0", TASK_AT],
      ["web", "status", STATUS_AT],
      ["web", "task#0", TASK_AT],
      ["web", "task#1", 1_480_305_660],
    ],
  );
  assertEquals(code, 0);
  const table = await box.agent(["web", "print", "schedule"], { env });
  assertMatch(table.stdout, /^task#0 {17}2016-11-28 04:00:00 /m);
});

e2eTest(
  "a moved service shows its last return code, runs, and stays readable for the older agent",
  async (box) => {
    const { web, env } = oldTree(box);
    const status = await box.agent(["web", "print", "status"], { env });
    assertStringIncludes(status.stdout, "last run on schedule: 2016-11-28 04:00:00, code 3");
    const run = await box.agent(["web", "run", "--rid", "task#0", "--cron"], { env });
    assertEquals(run.code, 0, run.stderr);
    assertStringIncludes(run.stderr, "clean up stale run file (process 4194303 does not run)");
    assertEquals(exists(join(web, "task#0/run/4194303")), false);
    assertEquals(box.read(join(web, "task#0/last_run_retcode")), "0");
    assertMatch(box.read(join(web, "scheduler/last_task#0")), /^\d+\.0\n$/);
    // Nothing was added to the configuration by reading or running it.
    assertEquals(box.read(join(env.AGENT_ETC, "namespaces/ns1/svc/db.conf")).includes("id"), false);
  },
);

e2eTest("a service of other nodes is not acted on here", async (box) => {
  const { env } = oldTree(box);
  const { code, stderr } = await box.agent(["web", "run"], { env: { ...env, AGENT_NODENAME: "n9" } });
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot act on web: this node, n9, is in neither its nodes nor its drpnodes");
});
