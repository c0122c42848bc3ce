import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigValueError } from "../../../src/core/config/config_error.ts";
import { type Configuration, createConfiguration } from "../../../src/core/config/configuration.ts";
import type { ConfigContext } from "../../../src/core/config/context.ts";
import { parseIni } from "../../../src/core/config/ini.ts";
import { KEYWORDS, NODE_REGISTRY } from "../../../src/drivers/keywords.ts";

function configure(text: string, context: Partial<ConfigContext> = {}): Configuration {
  return createConfiguration(parseIni(text), KEYWORDS, {
    path: { namespace: "ns1", kind: "svc", name: "web.prod" },
    nodeName: "n1",
    osEnvironment: { HOME: "/root" },
    folders: { etc: "/etc/agent", var: "/var/lib/agent" },
    ...context,
  });
}

function commandOf(text: string, context: Partial<ConfigContext> = {}): string | undefined {
  return configure(text, context).string("task#0", "command");
}

const SCOPED = `[DEFAULT]
nodes = n1 n2
drpnodes = n3 n4
flex_primary = n2
[task#0]
command = plain
command@n1 = own
command@nodes = any
command@drpnodes = recovery
command@drp_flex_primary = first
`;

for (
  const [node, expected, edge] of [
    ["n1", "own", "the node's name first"],
    ["n2", "any", "then nodes"],
    ["n3", "recovery", "drpnodes before drp_flex_primary"],
    ["n9", "plain", "the plain key for all others"],
  ] as const
) {
  Deno.test(`string() takes ${edge}`, () => assertEquals(commandOf(SCOPED, { nodeName: node }), expected));
}

Deno.test("string() takes the flex primaries when no wider scope is there, with their defaults", () => {
  const text = "[DEFAULT]\nnodes = n1 n2\ndrpnodes = n3\n[task#0]\ncommand = c\nuser@flex_primary = a\n" +
    "user@drp_flex_primary = b\n";
  const users = ["n1", "n2", "n3"].map((nodeName) => configure(text, { nodeName }).string("task#0", "user"));
  assertEquals(users, ["a", undefined, "b"]);
});

Deno.test("string() ignores a scope on a keyword that cannot have one", () => {
  assertEquals(configure("[DEFAULT]\nid@n1 = x\nid = y\n").string("DEFAULT", "id"), "y");
});

Deno.test("string() looks at all scopes of the section before DEFAULT", () => {
  const text = "[DEFAULT]\nuser@n1 = head\n[task#0]\nuser@nodes = leaf\n";
  assertEquals(configure(text).string("task#0", "user"), "leaf");
  assertEquals(configure("[DEFAULT]\nuser@n1 = head\n[task#0]\n").string("task#0", "user"), "head");
});

Deno.test("a scope that depends on itself is simply not met", () => {
  const text = "[DEFAULT]\nnodes@drpnodes = n1\nnodes = n2\ndrpnodes@nodes = n1\ndrpnodes = n3\n";
  assertEquals(configure(text).isMember, false);
});

Deno.test("string() inherits from DEFAULT only what the row says", () => {
  const text = "[DEFAULT]\ndisable = true\ncommand = head\npre_run = head\ntimeout = 5\n[task#0]\n";
  const configuration = configure(text);
  assertEquals(configuration.boolean("task#0", "disable"), false);
  assertEquals(configuration.string("task#0", "command"), undefined);
  assertEquals(configuration.string("task#0", "pre_run"), undefined);
  assertEquals(configuration.duration("task#0", "timeout"), 5);
});

Deno.test("a schedule comes from run_schedule, and an empty one hides it", () => {
  const text = "[DEFAULT]\nrun_schedule = @10\n[task#0]\n[task#1]\nschedule =\n[task#2]\nschedule = @5\n";
  const configuration = configure(text);
  assertEquals(["task#0", "task#1", "task#2"].map((rid) => configuration.string(rid, "schedule")), [
    "@10",
    "",
    "@5",
  ]);
  assertEquals(configuration.find("task#0", "schedule"), { text: "@10", line: 2, definedIn: "DEFAULT" });
});

Deno.test("an alias counts when the keyword itself is not there, also in DEFAULT", () => {
  assertEquals(configure("[task#0]\nrun_timeout = 5\n").duration("task#0", "timeout"), 5);
  assertEquals(configure("[task#0]\nrun_timeout = 5\ntimeout = 6\n").duration("task#0", "timeout"), 6);
  assertEquals(configure("[DEFAULT]\nrun_timeout = 7\n[task#0]\n").duration("task#0", "run_timeout"), 7);
});

Deno.test("an empty number hides DEFAULT, and leaves the default of the row", () => {
  const text = "[DEFAULT]\ntimeout = 5\nkill_grace = 3\n[task#0]\ntimeout =\nkill_grace =\n";
  assertEquals(configure(text).duration("task#0", "timeout"), undefined);
  assertEquals(configure(text).duration("task#0", "kill_grace"), 10);
});

Deno.test("typed getters convert, with the defaults of the rows", () => {
  const configuration = configure(
    "[task#0]\numask = 027\nlimit_as = 1g\ntags = a  b\nenvironment = A='x y' B=1\noptional = no\n" +
      "run_requires = fs#1\nretcodes = 0:up 3:warn\n",
  );
  assertEquals(configuration.octal("task#0", "umask"), 0o27);
  assertEquals(configuration.size("task#0", "limit_as"), 1024 ** 3);
  assertEquals(configuration.words("task#0", "tags"), ["a", "b"]);
  assertEquals(configuration.shellWords("task#0", "environment"), ["A=x y", "B=1"]);
  assertEquals(configuration.tristate("task#0", "optional"), false);
  assertEquals(configuration.tristate("task#0", "shell"), undefined);
  assertEquals(configuration.boolean("task#0", "log"), true);
  assertEquals(configuration.integer("task#0", "max_parallel"), 1);
  assertEquals(configuration.requires("task#0", "run_requires"), [{
    rid: "fs#1",
    states: ["up", "stdby up"],
  }]);
  assertEquals(configuration.requires("task#1", "run_requires"), []);
  assertEquals(configuration.retcodes("task#0", "retcodes").get(3), "warn");
  assertEquals(configuration.string("DEFAULT", "status_schedule"), "@10");
});

Deno.test("typed getters refuse a bad value with its line", () => {
  const configuration = configure("[task#0]\ncommand = c\ntimeout = soon\ncheck = never\nmax_parallel = 0\n");
  const error = assertThrows(() => configuration.duration("task#0", "timeout"), ConfigValueError);
  assertEquals([error.line, error.section, error.option], [3, "task#0", "timeout"]);
  assertStringIncludes(error.message, 'Cannot use task#0.timeout at line 3: the duration "soon"');
  assertThrows(() => configuration.string("task#0", "check"), ConfigValueError, "last_run_warn");
  assertThrows(() => configuration.integer("task#0", "max_parallel"), ConfigValueError, "at least 1");
});

Deno.test("typed getters refuse an option that no row declares: that is a mistake of the program", () => {
  assertThrows(() => configure("[task#0]\n").string("task#0", "nonsense"), RangeError, "no keyword row");
});

Deno.test("rids are in natural order, and other sections are none", () => {
  const text = "[task#10]\n[env]\n[fs#1]\n[task#2]\n[subset#task]\n[task#b]\n[DEFAULT]\n";
  assertEquals(configure(text).rids, ["fs#1", "task#2", "task#10", "task#b"]);
});

Deno.test("driverOf() knows the default type of a task, and none of others", () => {
  const configuration = configure(
    "[task#0]\n[task#1]\ntype = oci\n[share#0]\n[fs#0]\ntype = {env.t}\n[env]\nt = flag\n",
  );
  const drivers = ["task#0", "task#1", "share#0", "fs#0"].map((rid) => configuration.driverOf(rid));
  assertEquals(drivers, ["task.host", "task.oci", "share.", "fs.flag"]);
  assertEquals(configuration.hasDriver("task#0"), true);
  assertEquals(configuration.hasDriver("task#1"), false);
  assertEquals(configuration.string("share#0", "subset"), undefined);
});

Deno.test("isMember is true for the default, a name in any case, a glob, and the drp nodes", () => {
  const members = ["", "nodes = N1", "nodes = x n*", "nodes = x\ndrpnode = n1", "nodes = x\ndrpnodes = y n1"];
  for (const line of members) assert(configure(`[DEFAULT]\n${line}\n`).isMember, line);
  assertEquals(configure("[DEFAULT]\nnodes = n2\n").isMember, false);
  assertEquals(configure("[DEFAULT]\nnodes =\n").isMember, false);
});

const references: [edge: string, lines: string, expected: string][] = [
  [
    "the node and the object",
    "{nodename} {name} {short_name} {namespace} {kind} {path}",
    "n1 web.prod web ns1 svc ns1/svc/web.prod",
  ],
  ["the resource", "{rid} {rindex}", "task#0 0"],
  [
    "folders",
    "{etc} {var} {private_var}",
    "/etc/agent /var/lib/agent /var/lib/agent/namespaces/ns1/svc/web.prod",
  ],
  ["the folder of scripts", "{initd}", "/etc/agent/namespaces/ns1/svc/web.prod.d"],
  ["the domain", "{fqdn}", "web.prod.ns1.svc.default"],
  ["its own section, then DEFAULT", "{user} {app} {DEFAULT.app} {task#1.command}", "admin shop shop other"],
  ["nested values", "{env.deep}", "v"],
  ["counts and words", "{#env.list} {env.list[1]} {env.list[{env.one}]}", "3 b b"],
  [
    "modifiers",
    "{upper:env.v} {title:env.words} {capitalize:env.words} {swapcase:env.v}",
    "V Big Cat Big cat V",
  ],
  ["addresses", "[{uri_ip:env.ip}] {uri_ip:env.v}", "[[::1]] v"],
  [
    "the ambient environment, only on purpose",
    "{osenv.HOME} {osenv.home} {env.home}",
    "/root /root {env.home}",
  ],
  [
    "the node's own configuration",
    "{node.site} {node.env.x} {node.labels.y} {node.none}",
    "paris 1 2 {node.none}",
  ],
  [
    "nothing that is no reference",
    "${HOME} {} {a-b} {x y} {env.none} {env.list[9]} {safe://x}",
    "${HOME} {} {a-b} {x y} {env.none} {env.list[9]} {safe://x}",
  ],
  [
    "no property of JavaScript",
    "{constructor} {osenv.toString} {env.__proto__} {toString:env.v}",
    "{constructor} {osenv.toString} {env.__proto__} {toString:env.v}",
  ],
  ["arithmetic, several in one value", "$(1 + 2) $({env.one} * 4) $(date +%F)", "3 4 $(date +%F)"],
  ["references that arithmetic makes", "{env.list[$(1 + 1)]}", "c"],
];

for (const [edge, written, expected] of references) {
  Deno.test(`references name ${edge}`, () => {
    const text =
      `[DEFAULT]\napp = shop\n[task#0]\nuser = admin\ncommand = ${written}\n[task#1]\ncommand = other\n` +
      "[env]\nv = v\ndeep = {env.middle}\nmiddle = {env.v}\nlist = a b c\none = 1\nwords = big cat\nip = ::1\n";
    const node = parseIni("[node]\nsite = paris\n[env]\nx = 1\n[labels]\ny = 2\n");
    assertEquals(commandOf(text, { node }), expected);
  });
}

Deno.test("--env overrides [env], whatever the case, and adds to it", () => {
  const text = "[env]\nx = 1\n[task#0]\ncommand = {env.x} {env.new}\n";
  assertEquals(commandOf(text, { overrides: { X: "2", New: "3" } }), "2 3");
});

Deno.test("a value that DEFAULT lends is read as the resource's own", () => {
  assertEquals(
    configure("[DEFAULT]\non_error = log {rid}\n[task#7]\n").string("task#7", "on_error"),
    "log task#7",
  );
});

Deno.test("a circle of references is an error that shows the trail", () => {
  const text = "[env]\na = {env.b}\nb = x{env.c}\nc = {env.a}\n[task#0]\ncommand = {env.a}\n";
  const error = assertThrows(() => commandOf(text), ConfigValueError);
  assertStringIncludes(error.message, "circle: env.a -> env.b -> env.c -> env.a");
  assertEquals(error.line, 6);
  assertThrows(
    () => commandOf("[task#0]\ncommand = {command}\n"),
    ConfigValueError,
    "task#0.command -> task#0.command",
  );
});

Deno.test("references that would grow without end stop early, in time and in memory", () => {
  let text = "[env]\na0 = xxxxxxxxxx\n";
  for (let i = 1; i < 30; i++) text += `a${i} = ${`{env.a${i - 1}}`.repeat(10)}\n`;
  assertThrows(
    () => commandOf(`${text}[task#0]\ncommand = {env.a29}\n`),
    ConfigValueError,
    "32768 characters",
  );
  let chain = "[env]\na0 = x\n";
  for (let i = 1; i < 3000; i++) chain += `a${i} = {env.a${i - 1}}\n`;
  assertThrows(() => commandOf(`${chain}[task#0]\ncommand = {env.a2999}\n`), ConfigValueError, "nested");
  const osEnvironment = { X: "a{osenv.X}" };
  assertThrows(
    () => commandOf("[task#0]\ncommand = {osenv.X}\n", { osEnvironment }),
    ConfigValueError,
    "end",
  );
});

Deno.test("many references to one value are evaluated once", () => {
  let text = "[env]\na0 = x\n";
  for (let i = 1; i < 30; i++) text += `a${i} = {env.a${i - 1}[0]}{env.a${i - 1}[9]}\n`;
  const started = performance.now();
  assertStringIncludes(commandOf(`${text}[task#0]\ncommand = {env.a15}\n`)!, "x");
  assert(performance.now() - started < 1000);
});

Deno.test("evaluate() answers for any key, exactly as typed when it has a scope", () => {
  const configuration = configure("[env]\nk = {nodename}\nk@n2 = two\n[weird]\nx = {env.k}\n");
  assertEquals(configuration.evaluate("env", "k"), "n1");
  assertEquals(configuration.evaluate("env", "k@n2"), "two");
  assertEquals(configuration.evaluate("weird", "x"), "n1");
  assertEquals(configuration.evaluate("DEFAULT", "nodes"), "n1");
  assertEquals(configuration.evaluate("nowhere", "x"), undefined);
  assertEquals(configuration.raw("env", "k"), "{nodename}");
});

Deno.test("the node's configuration is read with its own rows", () => {
  const node = createConfiguration(
    parseIni("[node]\nmax_parallel = 3\n[log]\nlevel = loud\n"),
    NODE_REGISTRY,
    {
      path: { namespace: "root", kind: "svc", name: "node" },
      nodeName: "n1",
      osEnvironment: {},
      folders: { etc: "", var: "" },
    },
  );
  assertEquals(node.integer("node", "max_parallel"), 3);
  assertEquals(node.string("schedule", "jitter"), "stable");
  assertThrows(() => node.string("log", "level"), ConfigValueError, "debug");
});

Deno.test("500 files of 4 tasks are read and evaluated in well under a second", () => {
  const task = (i: number) =>
    `[task#${i}]\ncommand = /bin/true {rid}\nschedule = @10\nuser = admin\ntags = a b\n`;
  const text = `[DEFAULT]\nnodes = n1 n2\n${[0, 1, 2, 3].map(task).join("\n")}`;
  const started = performance.now();
  for (let i = 0; i < 500; i++) {
    const configuration = configure(text);
    for (const rid of configuration.rids) configuration.string(rid, "schedule");
    assert(configuration.isMember);
  }
  assert(performance.now() - started < 500);
});
