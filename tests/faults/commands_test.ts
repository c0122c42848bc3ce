/** Every call of the commands that change something fails, or is where the agent dies, in turn: old or new, never torn. */
import { assert, assertEquals } from "@std/assert";
import type { FaultKind } from "../fakes/faults.ts";
import { FAULT_KINDS } from "../fakes/faults.ts";
import type { Round } from "../fakes/fault_rounds.ts";
import { assertMended, configsOf, everyFault } from "../fakes/fault_rounds.ts";
import { runAgent } from "../fakes/run_agent.ts";
import type { FakeFiles } from "../fakes/files.ts";
import type { FakeSystem } from "../fakes/system.ts";
import { fakeSystem } from "../fakes/system.ts";

const OLD = "[DEFAULT]\nstatus_schedule = @0\n\n[fs#1]\ntype = flag\n\n[task#0]\ncommand = /bin/job\n";
const FILE = "/etc/agent/svc1.conf";
const EDITED = `${OLD}timeout = 5m\n`;
const STATE = "/var/lib/agent/svc/svc1";

interface Scenario {
  readonly words: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Checks that a command which said that it is done did it. */
  isDone(files: FakeFiles): boolean;
}

const scenarios: Record<string, Scenario> = {
  set: {
    words: ["svc1", "set", "--kw", "task#0.timeout=5m"],
    isDone: (files) => files.read(FILE) === EDITED,
  },
  create: {
    words: ["svc2", "create", "--kw", "task#0.command=/bin/job"],
    isDone: (files) => files.facts("/etc/agent/svc2.conf") !== undefined,
  },
  "edit config": {
    words: ["svc1", "edit", "config"],
    isDone: (files) => files.read(FILE) === EDITED,
  },
  "delete of a resource": {
    words: ["svc1", "delete", "--rid", "fs#1"],
    files: { [`${STATE}/fs#1/provisioned`]: "true" },
    isDone: (files) => !files.read(FILE)?.includes("fs#1") && files.list(`${STATE}/fs#1`).length === 0,
  },
  delete: {
    words: ["svc1", "delete"],
    files: {
      [`${STATE}/task#0/last_run_retcode`]: "0",
      [`${STATE}/scheduler/last_task#0`]: "1772359200.0\n",
    },
    isDone: (files) => files.facts(FILE) === undefined && files.facts(STATE) === undefined,
  },
  freeze: {
    words: ["svc1", "freeze"],
    isDone: (files) => files.facts(`${STATE}/frozen`) !== undefined,
  },
  thaw: {
    words: ["svc1", "thaw"],
    files: { [`${STATE}/frozen`]: "" },
    isDone: (files) => files.facts(`${STATE}/frozen`) === undefined,
  },
  start: {
    words: ["svc1", "start"],
    isDone: (files) => files.facts("/run/agent/svc/svc1/fs#1.flag") !== undefined,
  },
  "print status": { words: ["svc1", "print", "status", "--format", "json"], isDone: () => true },
  "print schedule": { words: ["svc1", "print", "schedule"], isDone: () => true },
};

/** A host whose editor replaces the file as a whole, as they do. */
function hostOf({ files = {} }: Scenario): FakeSystem {
  const system: FakeSystem = fakeSystem({
    config: { svc1: OLD },
    files,
    programs: {
      "/bin/job": { code: 7 },
      "*": (spec) => {
        if (spec.argv[0]?.endsWith("vi")) system.files.put(spec.argv.at(-1)!, EDITED);
        return {};
      },
    },
  });
  return system;
}

/** What the configurations are when nothing goes wrong. */
async function newTexts(scenario: Scenario): Promise<Record<string, string>> {
  const system = hostOf(scenario);
  assertEquals(await runAgent(scenario.words, system), 0, system.stderr.text);
  assert(scenario.isDone(system.files));
  return configsOf(system);
}

async function check(scenario: Scenario, kind: FaultKind, round: Round): Promise<void> {
  const { code, life, world } = round;
  const { stderr } = life.system;
  if (code === "died") assert(kind.startsWith("dies"));
  else if (code === 0) assert(scenario.isDone(world.files), "it is done");
  else {
    assert(code === 1 || code === 3, `code ${code}`);
    assert(stderr.lines.length >= 1 && stderr.lines.at(-1) !== "", `it says why: ${stderr.text}`);
  }
  // What is half deleted is not scheduled any more, and cannot be run.
  const wanted = world.files.facts(FILE) === undefined ? 4 : 7;
  await assertMended(round, ["svc1", "run", "--rid", "task#0"], wanted);
}

for (const [name, scenario] of Object.entries(scenarios)) {
  for (const kind of FAULT_KINDS) {
    Deno.test(`${name} survives that any call ${kind}`, async () => {
      const configs = await newTexts(scenario);
      const rounds = { kind, world: () => hostOf(scenario), act: scenario.words, configs };
      await everyFault(rounds, (round) => check(scenario, kind, round));
    });
  }
}
