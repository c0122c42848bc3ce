/** With a collector, every call of a run and of a push fails, or is where the agent dies, in turn: what is told is whole. */
import { assert, assertEquals } from "@std/assert";
import { createAgent } from "../../src/actions/agent.ts";
import { spoolOf } from "../../src/actions/collector/push.ts";
import type { Round } from "../fakes/fault_rounds.ts";
import { assertMended, everyFault, startsOf, withNextDaemon } from "../fakes/fault_rounds.ts";
import { FAULT_KINDS } from "../fakes/faults.ts";
import { COLLECTOR_NODE } from "../fakes/spooled.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

/** Nothing by the clock: what is told is told because something happened. */
const CONFIG = "[DEFAULT]\nnodes = n1\n" +
  ["status", "resinfo", "push", "push_status", "comp"].map((name) => `${name}_schedule = @0\n`).join("") +
  "[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/job\nsnooze = 1h\nsecrets_environment = PW=db/password\n";
const SECRET = "hunter2hunter2";
const NOTES = "/var/lib/agent/svc/svc1/snoozed";
const SNOOZE = "/init/rest/api/services/self/snooze";

function host(): FakeSystem {
  const system = fakeSystem({
    config: { svc1: CONFIG },
    files: {
      "/etc/agent/node.conf": COLLECTOR_NODE,
      // As a daemon makes it: its id is drawn once for all rounds.
      "/etc/agent/cluster.conf": "[cluster]\nid = c-1\n",
    },
    programs: { "/bin/job": { code: 7, stdout: `it is ${SECRET}\n`, durationMs: 5_000 } },
  });
  system.files.put("/etc/agent/sec/db.conf", `[data]\npassword = literal:${SECRET}\n`);
  return system;
}

/** The bodies that the collector took, of what is told below a path. */
function toldOf({ http }: FakeSystem, path: string): Record<string, unknown>[] {
  return http.asked.filter(({ line }) => line.endsWith(path)).map(({ body }) => JSON.parse(body!));
}

/** What every run and push leaves once a daemon had its time: nothing that waits, no quiet, and no secret. */
async function assertTold(round: Round): Promise<void> {
  const { world } = round;
  await withNextDaemon(world, 400, 130);
  const spool = spoolOf(createAgent(world));
  assertEquals([spool.ledger.count, spool.ledger.bytes], [0, 0], "nothing waits");
  assertEquals(world.files.list(NOTES), [], "the collector is quiet no longer");
  const asked = world.http.asked.filter(({ line }) => line.endsWith(SNOOZE)).map(({ body }) => body);
  if (asked.some((body) => body !== "")) assertEquals(asked.at(-1), "", "what was asked for is taken back");
  const all = world.http.asked.map(({ body }) => body).join("\n");
  assertEquals(all.includes(SECRET), false, "no secret travels");
}

/** Each run whose command was started is told in the end, under the session that is on record. */
function assertRunsTold({ world, life }: Round): void {
  const ends = toldOf(world, "/api/instance/action").filter(({ end }) => end !== undefined);
  const told = new Set(ends.map(({ session_uuid }) => session_uuid));
  const history = world.files.read("/var/lib/agent/svc/svc1/task#0/history.jsonl") ?? "";
  const sessions = history.split("\n").filter((line) => line !== "").flatMap((line) => {
    try {
      return [JSON.parse(line).session_id as string];
    } catch {
      return [];
    }
  });
  const isWarned = life.system.stderr.text.includes("the collector is not told of the run");
  const untold = sessions.filter((session) => !told.has(session));
  assert(untold.length <= (isWarned ? 1 : 0), `not told: ${untold}; ${life.system.stderr.text}`);
}

for (const kind of FAULT_KINDS) {
  Deno.test(`a run that the collector is told of survives that any call ${kind}`, async () => {
    await everyFault({ kind, world: host, act: ["svc1", "run"] }, async (round) => {
      const { world, code, life } = round;
      const starts = startsOf(world).length;
      const { text } = life.system.stderr;
      assert(starts <= 1, "it ran twice");
      if (code === "died") assert(kind.startsWith("dies"));
      else assertEquals(code === 7, starts === 1, text);
      assertEquals(text.includes(SECRET), false);
      await assertMended(round, ["svc1", "run"], 7);
      assertEquals(startsOf(world).length, starts + 1);
      await assertTold(round);
      assertRunsTold(round);
    });
  });

  for (
    const [word, path] of [["config", "/api/object/config"], ["status", "/api/instance/status"]] as const
  ) {
    for (const flags of [[], ["--cron"]]) {
      const words = ["svc1", "push", word, ...flags];
      Deno.test(`${words.slice(1).join(" ")} survives that any call ${kind}`, async () => {
        await everyFault({ kind, world: host, act: words }, async (round) => {
          const { world, code, life } = round;
          if (code === "died") assert(kind.startsWith("dies"));
          else if (code !== 0) assert(life.system.stderr.text !== "", "it says why");
          const isDone = code === 0 || life.system.stderr.text.includes("kept until the collector");
          await assertMended(round, ["svc1", "run"], 7);
          await assertTold(round);
          if (isDone) assert(toldOf(world, path).length > 0, "the collector has it");
        });
      });
    }
  }
}
