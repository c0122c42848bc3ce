import { assertEquals } from "@std/assert";
import { signalTree } from "../../../src/actions/runs/signal_tree.ts";
import type { SignalName } from "../../../src/core/process/signal_names.ts";
import type { Program } from "../../fakes/processes.ts";
import { fakeSystem } from "../../fakes/system.ts";

type Tree = readonly [pid: number, parent: number, name: string, program?: Program][];

function send(tree: Tree, signal: SignalName, hasSudo = false) {
  const { processes } = fakeSystem({ programs: { "*": { code: 0 } } });
  for (const [pid, parent, name, program] of tree) processes.adopt({ pid, parent, name }, {}, program);
  const members = processes.table().filter(({ pid }) => pid !== processes.self.pid);
  const argvFor = (name: SignalName, pids: readonly number[]): [string, ...string[]] => [
    "killer",
    name,
    ...pids.map(String),
  ];
  const outcome = signalTree(processes, members, {
    command: members[0]!,
    signal,
    argvFor: hasSudo ? argvFor : undefined,
  });
  return { ...outcome, signals: processes.signals, helpers: processes.helpers };
}

Deno.test("signalTree() leaves out the wrapper, and what it forked, in front of the command", () => {
  const tree: Tree = [[500, 100, "sudo"], [501, 500, "sudo"], [502, 501, "sh"], [503, 502, "sudo"]];
  assertEquals(send(tree, "SIGUSR1").signals, ["SIGUSR1 502", "SIGUSR1 503"]);
});

Deno.test("signalTree() sends to a command of that name that has no child, and CONT to all", () => {
  assertEquals(send([[500, 100, "su"]], "SIGHUP"), {
    sent: 1,
    refused: [],
    signals: ["SIGHUP 500"],
    helpers: [],
  });
  assertEquals(send([[500, 100, "su"], [501, 500, "sh"]], "SIGCONT").signals, ["SIGCONT 500", "SIGCONT 501"]);
});

Deno.test("signalTree() names those that it may not signal, or leaves them to the killer of their user", () => {
  const tree: Tree = [[500, 100, "sh"], [501, 500, "sh", { refusesSignals: true }]];
  assertEquals(send(tree, "SIGHUP").refused, [501]);
  const { sent, refused, helpers } = send(tree, "SIGHUP", true);
  assertEquals([sent, refused, helpers], [2, [], [["killer", "SIGHUP", "501"]]]);
});
