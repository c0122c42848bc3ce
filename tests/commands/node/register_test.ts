import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { FakeReply } from "../../fakes/http.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import type { FakeOptions } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";

const UUID = "6c0a3a4e-0000-4000-8000-3f0c5be0a1d2";
const NODE = "# our node\n[node]\ncollector = c.example.com\n\n[log]\nlevel = info\n";
const GIVEN: FakeReply = { status: 200, text: JSON.stringify({ uuid: UUID, info: "registered" }) };

function setUp(reply: FakeReply = GIVEN, options: FakeOptions = {}) {
  const system = fakeSystem({ ...options, files: { "/etc/agent/node.conf": NODE, ...options.files } });
  system.http.reply = reply;
  return system;
}

Deno.test("node register asks for the password without showing it, and keeps that of the node", async () => {
  const system = setUp(GIVEN, { isTerminal: { stdin: true }, answers: ["hunter2!"] });
  assertEquals(await runAgent(["node", "register", "--user", "joe", "--app", "shop"], system), 0);
  assertEquals(system.prompt.secretQuestions, ["Password of joe: "]);
  const [asked] = system.http.asked;
  assertEquals(asked?.url, "https://c.example.com/server/api/auth/node");
  assertEquals(asked?.login, { user: "joe", password: "hunter2!" });
  assertEquals(JSON.parse(asked!.body!), { nodename: "n1", app: "shop" });
  assertEquals(
    system.files.read("/etc/agent/node.conf"),
    `# our node\n[node]\ncollector = c.example.com\nuuid = ${UUID}\n\n[log]\nlevel = info\n`,
  );
  assertEquals(system.files.facts("/etc/agent/node.conf")?.mode, 0o600);
  assertMatch(system.files.read("/etc/agent/cluster.conf") ?? "", /^\[cluster\]\nid = [\da-f-]{36}\n$/);
  assertEquals(system.stdout.text, "n1 is registered; its password is in /etc/agent/node.conf\n");
  const shown = system.stdout.text + system.stderr.text;
  assertEquals([shown.includes(UUID), shown.includes("hunter2!")], [false, false]);
});

Deno.test("node register keeps the cluster id and secret that are there", async () => {
  const cluster = "[cluster]\nsecret = 0123456789abcdef\nid = 11111111-2222-4333-8444-555555555555\n";
  const system = setUp(GIVEN, { files: { "/etc/agent/cluster.conf": cluster } });
  assertEquals(await runAgent(["node", "register", "--app", "shop"], system), 0);
  assertEquals(system.files.read("/etc/agent/cluster.conf"), cluster);
  assertEquals(system.http.asked[0]?.login, undefined);
});

Deno.test("node register reads the password from a pipe, or from a file", async () => {
  const piped = setUp(GIVEN, { stdin: "from a pipe\nmore\n" });
  assertEquals(await runAgent(["node", "register", "--user", "joe", "--password-file", "-"], piped), 0);
  assertEquals(piped.http.asked[0]?.login?.password, "from a pipe");
  const filed = setUp(GIVEN, { files: { "/root/pw": "from a file\n" } });
  assertEquals(
    await runAgent(["node", "register", "--user", "joe", "--password-file", "/root/pw"], filed),
    0,
  );
  assertEquals(filed.http.asked[0]?.login?.password, "from a file");
});

const refusals: { reply: FakeReply; args: string[]; says: RegExp }[] = [
  { reply: { status: 400, text: '{"text":"unknown app"}' }, args: [], says: /unknown app.*--app/ },
  { reply: 401, args: [], says: /does not know this user with this password/ },
  { reply: 401, args: ["anonymous"], says: /who asks.*--user/ },
  { reply: 403, args: [], says: /does not let this user/ },
  { reply: 403, args: ["anonymous"], says: /its users only.*--user/ },
  { reply: 409, args: [], says: /from somebody else.*remove it there first/ },
  { reply: 500, args: [], says: /cannot do it now: it answered with status 500/ },
  { reply: "refused", args: [], says: /cannot do it now: Connection refused/ },
  { reply: "hangs", args: [], says: /no answer within 5 s/ },
  { reply: { status: 200, text: "{}" }, args: [], says: /no password that can be used/ },
  { reply: { status: 200, text: '{"uuid":"a\\nb = c"}' }, args: [], says: /no password that can be used/ },
  { reply: { status: 200, text: "<html>" }, args: [], says: /no JSON object/ },
];

for (const { reply, args, says } of refusals) {
  Deno.test(`node register tells in one line of ${JSON.stringify(reply)} ${args}`, async () => {
    const system = setUp(reply, { stdin: "pw\n" });
    const who = args.length > 0 ? ["--app", "shop"] : ["--user", "joe"];
    assertEquals(await runAgent(["node", "register", ...who], system), 1);
    assertEquals(system.stderr.lines.length, 1, system.stderr.text);
    assertMatch(system.stderr.text, says);
    assertEquals(system.files.read("/etc/agent/node.conf"), NODE);
  });
}

const mistakes: { args: string[]; node?: string; code: number; says: string }[] = [
  { args: [], code: 2, says: "expected one of them, or [node] app" },
  { args: ["--password-file", "-"], code: 2, says: "without --user" },
  { args: ["--user", "a:b"], code: 2, says: "a colon" },
  { args: ["--user", "joe"], code: 1, says: "there is no password" },
  { args: ["--user", "joe", "--password-file", "/nowhere"], code: 1, says: "no such file" },
  { args: ["--app", "a"], node: "[node]\nname = n1\n", code: 1, says: "names no collector" },
  {
    args: ["--app", "a"],
    node: "[node]\ncollector = http://c.example.com\n",
    code: 1,
    says: "send the credentials of the node in clear",
  },
  {
    args: ["--app", "a"],
    node: "[node]\ncollector = c.example.com\ncollector_ca = /etc/agent/ca.pem\n",
    code: 1,
    says: "there is no /etc/agent/ca.pem",
  },
];

for (const { args, node = NODE, code, says } of mistakes) {
  Deno.test(`node register ${args.join(" ")} with ${JSON.stringify(node)} asks nobody`, async () => {
    const system = setUp(GIVEN, { files: { "/etc/agent/node.conf": node } });
    assertEquals(await runAgent(["node", "register", ...args], system), code);
    assertStringIncludes(system.stderr.text, says);
    assertEquals(system.http.asked, []);
  });
}

Deno.test("authorities that others may write are not trusted", async () => {
  const node = "[node]\ncollector = c.example.com\ncollector_ca = /etc/agent/ca.pem\n";
  const system = setUp(GIVEN, { files: { "/etc/agent/node.conf": node } });
  system.files.put("/etc/agent/ca.pem", "-----BEGIN CERTIFICATE-----\n", { mode: 0o666 });
  assertEquals(await runAgent(["node", "register", "--app", "a"], system), 1);
  assertStringIncludes(system.stderr.text, "may be written by others");
  system.files.change("/etc/agent/ca.pem", { mode: 0o644 });
  assertEquals(await runAgent(["node", "register", "--app", "a"], system), 0);
  assertEquals(system.http.asked[0]?.ca, "-----BEGIN CERTIFICATE-----\n");
});

Deno.test("node register takes no password as an argument, and does not show it", async () => {
  const system = setUp();
  assertEquals(await runAgent(["node", "register", "--user", "joe", "--password", "hunter2!"], system), 2);
  assertMatch(system.stderr.text, /Cannot use --password: .*--password-file/);
  assertEquals(system.stderr.text.includes("hunter2!"), false);
  assertEquals(system.http.asked, []);
});

Deno.test("what goes to this host takes no proxy, which would read the password", async () => {
  for (const [address, proxy] of [["http://127.0.0.1:8080", undefined], ["c.example.com", "http://p:3128"]]) {
    const node = `[node]\ncollector = ${address}\nhttp_proxy = http://p:3128\n`;
    const system = setUp(GIVEN, { files: { "/etc/agent/node.conf": node } });
    assertEquals(await runAgent(["node", "register", "--app", "shop"], system), 0);
    assertEquals(await runAgent(["doctor"], system), 1);
    assertEquals(system.http.asked.map((asked) => [asked.line, asked.proxy]), [
      ["POST /server/api/auth/node", proxy],
      ["POST /feeder/api/node/system", proxy],
      ["GET /feeder/api/version", proxy],
    ]);
  }
});

Deno.test("node register does not show the password of the user when the collector repeats it", async () => {
  const system = setUp({ status: 401, text: '{"text":"hunter2! is wrong"}' }, { stdin: "hunter2!\n" });
  assertEquals(await runAgent(["node", "register", "--user", "joe"], system), 1);
  assertMatch(system.stderr.text, /does not know this user with this password: xxxx is wrong/);
});
