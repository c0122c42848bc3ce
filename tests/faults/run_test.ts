/** Every call of a run fails, or is where the agent dies, in turn. */
import { assert, assertEquals } from "@std/assert";
import { FAULT_KINDS } from "../fakes/faults.ts";
import type { Round } from "../fakes/fault_rounds.ts";
import { fakeSystem } from "../fakes/system.ts";
import { assertMended, everyFault, startsOf } from "../fakes/fault_rounds.ts";

const DEFAULTS = "[DEFAULT]\nstatus_schedule = @0\n";
const CONFIGS: Readonly<Record<string, string>> = {
  plain: `${DEFAULTS}[task#0]\ncommand = /bin/job\n`,
  "with everything around it": `${DEFAULTS}pre_run = /bin/pre\nblocking_post_run = /bin/post\n` +
    "[fs#1]\ntype = flag\n[task#0]\ncommand = /bin/job\nuser = admin\ngroup = backup\nrun_requires = fs#1(down)\n" +
    "blocking_pre_run = /bin/pre\npost_run = /bin/post\non_error = /bin/alarm\nlimit_nofile = 100\n" +
    "check = last_run\nretcodes = 0:up 7:warn\n",
  "that its timeout ends": `${DEFAULTS}[task#0]\ncommand = /bin/job\ntimeout = 2s\nkill_grace = 1s\n`,
};
const STATE = "/var/lib/agent/svc/svc1";
const OLD = {
  at: "2026-03-01T10:00:00.000Z",
  planned_at: null,
  ended_at: "2026-03-01T10:00:01.000Z",
  exitcode: 0,
  signal: null,
  reason: null,
  status: "up",
  origin: "user",
  session_id: "00000000-0000-4000-8000-00000000000a",
  user: "root",
  pid: 7,
};

const OPTIONS = {
  files: {
    [`${STATE}/scheduler/last_task#0`]: "1772359200.0\n",
    [`${STATE}/task#0/last_run`]: JSON.stringify(OLD),
    [`${STATE}/task#0/last_run_retcode`]: "0",
    [`${STATE}/task#0/history.jsonl`]: `${JSON.stringify(OLD)}\n`,
  },
  programs: {
    "/bin/job": { code: 7, stdout: "hello\n", durationMs: 5_000 },
    "/bin/pre": {},
    "/bin/post": {},
    "/bin/alarm": {},
  },
};

interface Expected {
  readonly code: number;
  /** Whether a requirement of which the state cannot be told is silent. */
  readonly maySkip: boolean;
}

/** A command that was started decides the exit code; else the agent says why it was not. */
function check({ kind, code, life, world }: Round, expected: Expected): void {
  const starts = startsOf(world);
  const { text } = life.system.stderr;
  assert(starts.length <= 1, "it ran twice");
  if (code === "died") assert(kind.startsWith("dies"));
  else if (starts.length === 1) assertEquals(code, expected.code, text);
  // A pause that cannot be read may be one: the task is left alone, and the operator is told.
  else if (code === 0) {
    assert(expected.maySkip || text.includes("the record of its pause cannot be read"), text);
  } else {
    assert(code === 1 || code === 3 || code === 126, `code ${code}: ${text}`);
    assert(text !== "", "it says why");
  }
}

for (const [what, config] of Object.entries(CONFIGS)) {
  const code = what.includes("timeout") ? 124 : 7;
  for (const words of [["svc1", "run"], ["svc1", "run", "--cron"]]) {
    const maySkip = words.includes("--cron") && config.includes("run_requires");
    for (const kind of FAULT_KINDS) {
      Deno.test(`${words.join(" ")} of a task ${what} survives that any call ${kind}`, async () => {
        const world = () => fakeSystem({ ...OPTIONS, config: { svc1: config } });
        await everyFault({ kind, world, act: words }, async (round) => {
          check(round, { code, maySkip });
          const before = startsOf(round.world).length;
          await assertMended(round, ["svc1", "run", "--rid", "task#0"], code);
          assertEquals(startsOf(round.world).length, before + 1);
        });
      });
    }
  }
}
