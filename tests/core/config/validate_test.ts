import { assertEquals, assertStringIncludes } from "@std/assert";
import { refusedKeywords } from "../../../src/core/config/checks/refused.ts";
import type { Problem } from "../../../src/core/config/problem.ts";
import { validateText } from "../../../src/core/config/validate.ts";
import { KEYWORDS } from "../../../src/drivers/keywords.ts";

function problemsOf(text: string, name = "testmd"): readonly Problem[] {
  return validate(text, name).problems;
}

function validate(text: string, name = "testmd"): ReturnType<typeof validateText> {
  return validateText(text, KEYWORDS, {
    path: { namespace: "root", kind: "svc", name },
    nodeName: "n1",
    osEnvironment: {},
    folders: { etc: "/etc/agent", var: "/var/lib/agent" },
  });
}

const TASK = "[task#0]\ncommand = /bin/true\n";

for (
  const [edge, text] of [
    ["the user's own examples", "[task#0]\ncommand = id -u && /bin/true\nuser = admin\n"],
    ["an indented block", "        [task#0]\n\tcommand = /bin/true\n        confirmation = true\n"],
    [
      "scopes, references and free sections",
      `[DEFAULT]\nnodes = n1 n2\n[env]\nx = 1\n${TASK}disable@n2 = {env.x}\n`,
    ],
    ["what resources inherit from DEFAULT", `[DEFAULT]\noptional = false\ntimeout = 5m\n${TASK}`],
    ["a flag that a task requires", `[fs#1]\ntype = flag\n${TASK}run_requires = fs#1(up, stdby up)\n`],
    ["refused keywords that ask for nothing", `${TASK}shared = false\nrestart = 0\nencap =\n`],
    ["shell words of a shell", `${TASK.replace("/bin/true", "ls *.txt > x; true")}`],
    ["quoted signs without a shell", `${TASK.replace("/bin/true", "echo '>' \"a*b\" '$HOME'")}`],
    [
      "an index of references",
      `[env]\nn = 1\nl = a b\n${TASK.replace("/bin/true", "echo {env.l[{env.n}]}")}`,
    ],
    [
      "catch_up of planned instants",
      `[DEFAULT]\ncatch_up = once\n${TASK}schedule = 0 4 * * *\ncatch_up = once\n[task#1]\ncommand = a\ncatch_up = none\n`,
    ],
    [
      "hooks, also inherited",
      `[DEFAULT]\non_long = /bin/hook\nping_url = https://m.example.com/{svcname}-{rindex}?create=1\n${TASK}long_after = 2h\non_late = /bin/hook\nretry = 3\n`,
    ],
    ["a parallel subset", `[subset#task:s1]\nparallel = true\n${TASK}subset = s1\n`],
  ] as const
) {
  Deno.test(`validateText() has nothing to say about ${edge}`, () => assertEquals(problemsOf(text), []));
}

interface Case {
  readonly edge: string;
  readonly text: string;
  readonly expected: readonly [severity: string, line: number | undefined, words: string][];
}

const cases: Case[] = [
  {
    edge: "a text that cannot be read",
    text: "[task#0]\nnonsense\n",
    expected: [["error", 2, "expected key = value"]],
  },
  {
    edge: "an unknown word for catch_up",
    text: `${TASK}schedule = 10:00\ncatch_up = twice\n`,
    expected: [["error", 4, "none, once"]],
  },
  {
    edge: "catch_up of windows and periods only",
    text: `[DEFAULT]\ncatch_up = once\n${TASK}schedule = ["@10", "09:00-10:00"]\ncatch_up = once\n`,
    expected: [["hint", 2, "DEFAULT.catch_up has no effect"], ["hint", 6, "task#0.catch_up has no effect"]],
  },
  {
    edge: "references to the resource where none inherits them",
    text: `[DEFAULT]\ncomment = {rid}\non_error = /bin/mail {rid} {rindex}\n${TASK}`,
    expected: [["warning", 2, "Unknown reference {rid} in DEFAULT.comment"]],
  },
  {
    edge: "addresses that cannot be pinged, without the address",
    text: `${TASK}ping_url = ftp://example.com/secret\n[task#1]\ncommand = a\nping_url = http://a/{rid}\n` +
      "[DEFAULT]\nping_url = http://a/{rid}\n",
    expected: [
      ["error", 3, "Cannot use task#0.ping_url: the address: expected http:// or https:// with a host"],
      ["error", 6, 'Cannot use task#1.ping_url: the address: it holds a "#"'],
      ["error", 8, 'Cannot use DEFAULT.ping_url: the address: it holds a "#"'],
    ],
  },
  {
    edge: "on_long that does not know when",
    text: `[DEFAULT]\non_long = /bin/hook\n${TASK}[task#1]\ncommand = a\non_long = /bin/hook\n`,
    expected: [
      ["warning", 2, "DEFAULT.on_long has no effect for task#0, task#1: long_after is not set"],
      ["warning", 7, "task#1.on_long has no effect: long_after is not set"],
    ],
  },
  {
    edge: "hooks that are no commands, and a negative retry",
    text: `${TASK}on_skip = "a\non_late = a > b\nretry = -1\n`,
    expected: [
      ["error", 3, "a quote is still open"],
      ["warning", 4, "goes to no shell"],
      ["error", 5, "expected at least 0"],
    ],
  },
  {
    edge: "an unknown keyword, with the nearest one",
    text: `${TASK}confirmatoin = yes\n`,
    expected: [["warning", 3, "did you mean confirmation"]],
  },
  {
    edge: "an unknown section, with the nearest one",
    text: `[tsk#1]\ncommand = x\n[defalt]\n`,
    expected: [["warning", 1, "did you mean [task#1]"], ["warning", 3, "Unknown section"]],
  },
  {
    edge: "a driver that is not there, and not its keywords",
    text: "[share#0]\nname = x\n[task#d]\ntype = oci\nimage = y\n",
    expected: [["warning", 1, "The driver share is not"], ["warning", 3, "The driver task.oci is not"]],
  },
  { edge: "a missing command", text: "[task#0]\nuser = a\n", expected: [["error", 1, "command is missing"]] },
  { edge: "a missing type", text: "[fs#0]\n", expected: [["warning", 1, "The driver fs is not"]] },
  {
    edge: "keywords that do not work yet",
    text: `${TASK}encap = true\nshared = 1\nrestart = 2\n`,
    expected: [
      ["error", 3, "task#0.encap is not supported"],
      ["error", 4, "task#0.shared is not supported"],
      ["error", 5, "task#0.restart is not supported"],
    ],
  },
  {
    edge: "keywords without effect",
    text: "[DEFAULT]\nplacement = spread\n",
    expected: [["warning", 2, "has no effect here"]],
  },
  {
    edge: "values that cannot be converted",
    text:
      `${TASK}timeout = 1x\nlimit_as = big\nconfirmation = on\numask = 9\nmax_parallel = 0\nkill_grace = -1\n`,
    expected: [
      ["error", 3, "1x"],
      ["error", 4, 'size "big"'],
      ["error", 5, 'boolean "on"'],
      ["error", 6, 'octal number "9"'],
      ["error", 7, "at least 1"],
      ["error", 8, "-1"],
    ],
  },
  {
    edge: "words out of the candidates",
    text: `${TASK}check = lastrun\nimpersonate = doas\n`,
    expected: [["error", 3, "last_run"], ["error", 4, "setpriv"]],
  },
  {
    edge: "a bad schedule, also in DEFAULT and in a list",
    text: `[DEFAULT]\nrun_schedule = 25:00\n${TASK}schedule = ["@10", "@x"]\n`,
    expected: [["error", 2, "at character"], ["error", 5, "at character"]],
  },
  {
    edge: "an unknown time zone",
    text: `${TASK}timezone = Mars/One\n`,
    expected: [["error", 3, "Mars/One"]],
  },
  { edge: "an empty user", text: `${TASK}user =\n`, expected: [["error", 3, "is empty"]] },
  { edge: "a relative folder", text: `${TASK}cwd = here\n`, expected: [["error", 3, "absolute"]] },
  {
    edge: "a scope on a keyword that cannot have one, and one for nobody",
    text: `[DEFAULT]\nnodes = n1\n${TASK}type@n1 = host\nuser@n9 = admin\n`,
    expected: [["error", 5, "expected none for type"], ["warning", 6, '"n9"']],
  },
  {
    edge: "values of other nodes too",
    text: `[DEFAULT]\nnodes = n1 n2\n${TASK}timeout@n2 = soon\n`,
    expected: [["error", 5, "soon"]],
  },
  {
    edge: "requirements that cannot hold",
    text: `${TASK}run_requires = fs#9\n[task#1]\ncommand = a\nrun_requires = task#0 share#0\n[share#0]\n`,
    expected: [
      ["error", 3, "fs#9, which is not configured, expected one of share#0, task#0, task#1"],
      ["warning", 6, "task#0, whose status is n/a"],
      ["warning", 6, "share#0, whose status is always undef"],
      ["warning", 7, "The driver share"],
    ],
  },
  { edge: "an unknown state", text: `${TASK}run_requires = task#0(on)\n`, expected: [["error", 3, '"on"']] },
  {
    edge: "a circle of references, on each of its lines",
    text: "[env]\na = {env.b}\nb = {env.a}\n",
    expected: [["error", 2, "env.b -> env.a -> env.b"], ["error", 3, "env.a -> env.b -> env.a"]],
  },
  {
    edge: "references that nothing answers to",
    text: "[task#0]\ncommand = echo {env.x} {nodenam} {print} ${HOME}x\nshell = true\n",
    expected: [["warning", 2, "{env.x}"], ["warning", 2, "did you mean {nodename}"]],
  },
  {
    edge: "duplicates and aliases",
    text: `${TASK}user = a\nuser = b\ntimeout = 1\nrun_timeout = 2\n`,
    expected: [["warning", 3, "again at line 4"], ["warning", 6, "another name of timeout"]],
  },
  {
    edge: "continued lines that look like keywords or headers",
    text: "[task#0]\ncommand = /bin/true\n  user = admin\n  x = y\n  [task#1]\n",
    expected: [["warning", 3, "user = admin"], ["warning", 5, "[task#1]"]],
  },
  {
    edge: "line breaks in a command of a shell",
    text: "[task#0]\ncommand = a;\n  b\n",
    expected: [["hint", 2, "each line of it"]],
  },
  {
    edge: "a command that looks as if it expected a shell",
    text: "[task#0]\ncommand = echo $HOME > x &\n",
    expected: [["warning", 2, "> & $HOME and goes to no shell"]],
  },
  { edge: "an open quote", text: "[task#0]\ncommand = echo 'a\n", expected: [["error", 2, "quote"]] },
  {
    edge: "bad variables",
    text: `${TASK}environment = A LD_PRELOAD=x B=1\n`,
    expected: [["error", 3, '"A" is no NAME=value'], ["error", 3, "LD_PRELOAD"]],
  },
  { edge: "text after a header", text: "[task#0] x\ncommand = a\n", expected: [["warning", 1, "no effect"]] },
  {
    edge: "a circle that other checks meet, only where it is",
    text: `[DEFAULT]\nnodes = {nodes}\n${TASK}run_requires = fs#0\nuser@n7 = a\n[fs#0]\ntype = {type}\n`,
    expected: [["error", 2, "circle"], ["error", 7, "circle"]],
  },
  {
    edge: "refused keywords that resources inherit",
    text: `[DEFAULT]\nshared = true\n${TASK}`,
    expected: [["error", 2, "DEFAULT.shared is not supported"]],
  },
  {
    edge: "what a schedule probably does not mean",
    text: `${TASK}schedule = * fri:last\n`,
    expected: [["hint", 3, "fri#last"]],
  },
  { edge: "bad exit codes", text: `${TASK}retcodes = 0:up 1:bad\n`, expected: [["error", 3, "1:bad"]] },
];

for (const { edge, text, expected } of cases) {
  Deno.test(`validateText() tells ${edge}`, () => {
    const found = problemsOf(text);
    assertEquals(found.map(({ severity, line }) => [severity, line]), expected.map(([s, l]) => [s, l]));
    for (const [i, [, , words]] of expected.entries()) assertStringIncludes(found[i]!.message, words);
  });
}

Deno.test("validateText() warns of a name that the command line takes for something else", () => {
  assertStringIncludes(problemsOf(TASK, "daemon")[0]!.message, "svc/daemon");
});

Deno.test("refusedKeywords() tells what counts on this node, its own and inherited, and nothing that asks for nothing", () => {
  const refused = (text: string) => {
    const { configuration } = validate(text);
    return refusedKeywords(configuration!, "task#0").map((
      { section, option, line },
    ) => [section, option, line]);
  };
  assertEquals(refused(`${TASK}shared = yes\ninteractive = no\nencap@n2 = true\n`), [[
    "task#0",
    "shared",
    3,
  ]]);
  assertEquals(refused(`[DEFAULT]\nshared = true\nencap = 1\n${TASK}encap = 0\n`), [[
    "DEFAULT",
    "shared",
    2,
  ]]);
  assertEquals(refused(`${TASK}schedule = nonsense\n`), []);
});

Deno.test("validateText() words every problem alike: a capital first, no final period", () => {
  for (const { text } of cases) {
    for (const { message } of problemsOf(text)) {
      assertEquals(/^[A-Za-z]/.test(message) && !message.endsWith("."), true, message);
    }
  }
});

const PIECES = [
  "[DEFAULT]",
  "[task#0]",
  "[task#1]",
  "[fs#1]",
  "[env]",
  "type = {env.x}",
  "type = flag",
  "type@n1 = {rid}",
  "nodes@nodes = {nodes}",
  "nodes = n1 {env.x}",
  "drpnodes@drpnodes = {task#0.user}",
  "x = {env.y}",
  "y@nodes = {env.x}{user}",
  "y = $(1 + {#nodes})",
  "user = {command[0]}",
  "command = echo {user} 'x",
  "  more > $HOME",
  "run_requires = task#0 fs#1({env.x})",
  "schedule@n1 = {DEFAULT.run_schedule}",
  "run_schedule = {task#1.schedule}",
  "timeout = {timeout}",
  "environment = {env.x}=1",
  "snooze = {env.x}",
];

Deno.test("validateText() never throws, whatever refers to whatever, on 3,000 made-up files", () => {
  let state = 1;
  const pick = (below: number) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % below;
  };
  let clean = 0;
  for (let i = 0; i < 3000; i++) {
    const lines = Array.from({ length: 3 + pick(15) }, () => PIECES[pick(PIECES.length)]!);
    const text = ["[DEFAULT]", ...lines].join("\n");
    const { configuration, problems } = validate(text);
    if (configuration && problems.every(({ severity }) => severity !== "error")) {
      for (const rid of configuration.rids.filter((rid) => configuration.hasDriver(rid))) {
        assertEquals(refusedKeywords(configuration, rid), []);
      }
      clean++;
    }
  }
  assertEquals(clean > 20, true);
});

Deno.test("validate() finds words of configs_environment, secrets_environment and secret_files that name nothing", () => {
  const text =
    "[task#0]\ncommand = /bin/true\nconfigs_environment = A=site/a site/*\nsecrets_environment = A=db\n" +
    "secret_files = FILE=db/k\n[task#1]\ncommand = /bin/true\nsecret_files = db/k\n";
  const told = problemsOf(text).map(({ severity, line, message }) => `${severity} ${line} ${message}`);
  assertEquals(told, [
    'error 4 Cannot use task#0.secrets_environment: the word "A=…": expected NAME=object/key or object/glob',
    'error 8 Cannot use task#1.secret_files: the word "db/k": expected NAME=object/key',
  ]);
});

for (const kind of ["cfg", "sec"] as const) {
  Deno.test(`validate() finds values of a ${kind} object that cannot be read, and shows none of them`, () => {
    const text = "[data]\na = literal:{nodename\nb = base64:hunter2!\nc = hunter2\nd =\n";
    const { problems } = validateText(text, KEYWORDS, {
      path: { namespace: "root", kind, name: "db" },
      nodeName: "n1",
      osEnvironment: {},
      folders: { etc: "/etc/agent", var: "/var/lib/agent" },
    });
    assertEquals(problems.map(({ line }) => line), kind === "cfg" ? [3, 5] : [3, 4, 5]);
    assertEquals(JSON.stringify(problems).includes("hunter2"), false);
  });
}

Deno.test("validate() hints that output without a log is not masked", () => {
  const secret = "[task#0]\ncommand = /bin/true\nsecrets_environment = A=db/k\n";
  assertEquals(problemsOf(secret), []);
  const [hint, ...others] = problemsOf(`${secret}log = false\n`);
  assertEquals([hint?.severity, hint?.line, others], ["hint", 3, []]);
  assertStringIncludes(hint!.message, "secrets in it are not masked");
});
