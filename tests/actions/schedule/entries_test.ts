import { assertEquals } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import { scheduleEntries, stampFolderOf } from "../../../src/actions/schedule/entries.ts";
import { selectInstances } from "../../../src/actions/select.ts";
import { withoutOwn } from "../../fakes/own_rows.ts";
import { fakeSystem } from "../../fakes/system.ts";

function entriesOf(config: string, files: Readonly<Record<string, string>> = {}) {
  const agent = createAgent(fakeSystem({ config: { svc1: config }, files }));
  const instance = selectInstances(agent, "svc1").instances[0]!;
  const all = scheduleEntries(agent, instance);
  return { instance, all, entries: withoutOwn(all) };
}

const TASK = "[task#0]\ncommand = /bin/true\nschedule = @10\n";
const STATE = "/var/lib/agent/svc/svc1";

const closed: readonly [edge: string, config: string, files: Record<string, string>, reason: string][] = [
  ["a service that is disabled", `[DEFAULT]\ndisable = true\n${TASK}`, {}, "the service is disabled"],
  ["a frozen service", TASK, { [`${STATE}/frozen`]: "" }, "the service is frozen"],
  ["a task that is disabled here", `${TASK}disable@n1 = true\n`, {}, "it is disabled"],
  ["a task with confirmation", `${TASK}confirmation = true\n`, {}, "it asks for confirmation"],
  [
    "a service of other nodes",
    `[DEFAULT]\nnodes = n2\n${TASK}`,
    {},
    "this node, n1, is in neither nodes nor drpnodes",
  ],
  [
    "a state_dir that is not there",
    `[DEFAULT]\nstate_dir = /srv/state\n${TASK}`,
    {},
    "state_dir /srv/state is not there, so nothing would remember the run",
  ],
  [
    "a resource that is not provisioned",
    `${TASK}[fs#1]\ntype = flag\n`,
    { [`${STATE}/fs#1/provisioned`]: "false" },
    "the service is not provisioned",
  ],
];

for (const [edge, config, files, reason] of closed) {
  Deno.test(`scheduleEntries() says why the scheduler leaves out ${edge}`, () => {
    const task = entriesOf(config, files).entries[1]!;
    assertEquals([task.rid, task.isRunnable, task.reason], ["task#0", false, reason]);
  });
}

Deno.test("scheduleEntries() goes on with the status of a frozen or disabled service, and not on other nodes", () => {
  const runs = (config: string, files = {}) => entriesOf(config, files).entries[0]!.isRunnable;
  assertEquals(runs(TASK, { [`${STATE}/frozen`]: "" }), true);
  assertEquals(runs(`[DEFAULT]\ndisable = true\n${TASK}`), true);
  assertEquals(runs(`[DEFAULT]\nnodes = n2\n${TASK}`), false);
});

Deno.test("scheduleEntries() takes the stamps of tasks from state_dir, and that of status from this node", () => {
  const { instance, entries } = entriesOf(`[DEFAULT]\nstate_dir = /srv/state\n${TASK}`, {
    "/srv/state/scheduler/last_task#0": "1700001000.0\n",
    "/srv/state/scheduler/last_status": "1700002000.0\n",
    [`${STATE}/scheduler/last_status`]: "1700003000.0\n",
  });
  assertEquals(entries.map(({ last, isRunnable }) => [last, isRunnable]), [
    [1_700_003_000, true],
    [1_700_001_000, true],
  ]);
  assertEquals([stampFolderOf(instance, "run"), stampFolderOf(instance, "status")], ["/srv/state", STATE]);
});

Deno.test("scheduleEntries() inherits run_schedule and the time zone from DEFAULT", () => {
  const { entries } = entriesOf(
    "[DEFAULT]\nrun_schedule = @1h\ntimezone = Europe/Paris\n[task#0]\ncommand = a\n[task#1]\ncommand = a\nschedule =\n",
  );
  assertEquals(entries.map(({ definition, zoneName }) => [definition, zoneName]), [
    ["@10", "Europe/Paris"],
    ["@1h", "Europe/Paris"],
    ["", "Europe/Paris"],
  ]);
});

Deno.test("scheduleEntries() draws the same number for one occurrence, and none where a fresh one is wanted", () => {
  const draw = (files = {}) => entriesOf(TASK, files).entries[1]!.draw;
  const first = draw()!("monday");
  assertEquals([draw()!("monday") === first, first >= 0 && first < 1], [true, true]);
  assertEquals(draw({ "/etc/agent/node.conf": "[schedule]\njitter = random\n" }), undefined);
});
