import { assertEquals } from "@std/assert";
import { validateText } from "../../../src/core/config/validate.ts";
import { KEYWORDS } from "../../../src/drivers/keywords.ts";

/** What validation says of a service with these lines in its synchronisation. */
function problemsOf(lines: string): string[] {
  const text = `[DEFAULT]\nnodes = n1 n2\n[sync#1]\n${lines}`;
  const context = {
    path: { namespace: "root", kind: "svc", name: "shop" },
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "/etc/agent", var: "/var/lib/agent" },
  } as const;
  return validateText(text, KEYWORDS, context).problems.map(({ severity, message }) =>
    `${severity}: ${message}`
  );
}

const GOOD = "src = /a /b/*\ndst = /c\ntarget = nodes local\n";

Deno.test("validation takes a synchronisation that can be done", () => {
  const more =
    "dstfs = /c\noptions = --exclude='*.tmp x'\nbwlimit = 5M\nmax_delay = 90\nsnap = false\nuser = backup\n";
  assertEquals(problemsOf(GOOD + more + "src@n2 = /a\n"), []);
});

Deno.test("validation names what is missing, relative, unknown or not there yet", () => {
  const table = [
    ["src = /a\ntarget = nodes\n", "error: sync#1.dst is missing, expected a value"],
    [
      GOOD.replace("/c", "c"),
      'error: Cannot use sync#1.dst: "c" is no absolute path, expected one such as /srv/shop',
    ],
    [
      GOOD.replace("/a", "a"),
      'error: Cannot use sync#1.src: the paths "a /b/*": "a" is relative, expected absolute ones, such as /srv/shop/',
    ],
    [
      GOOD.replace("local", "n2"),
      'error: Cannot use sync#1.target: the targets "nodes n2": "n2" is not one of them, expected nodes, drpnodes, local',
    ],
    [
      `${GOOD}snap = true\n`,
      "error: sync#1.snap is not supported by this version: no snapshots are made; a task can make one before, and src name it",
    ],
    [
      `${GOOD}pre_sync_nodes = x\n`,
      "error: sync#1.pre_sync_nodes is not supported by this version: only the triggers of run are",
    ],
    [
      `${GOOD}sync_requires = fs#9\n`,
      "error: sync#1.sync_requires requires fs#9, which is not configured, expected one of sync#1",
    ],
  ] as const;
  for (const [lines, expected] of table) assertEquals(problemsOf(lines), [expected]);
});
