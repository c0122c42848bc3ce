import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { call, callOn, configOf } from "../config/called.ts";
import { fakeSystem } from "../../fakes/system.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

/** A host with `sec/db`, `cfg/site` and a cluster secret. */
function host(files: Readonly<Record<string, string>> = {}, stdin = "") {
  return fakeSystem({
    stdin,
    files: {
      "/etc/agent/cluster.conf": `[cluster]\nname = c\nsecret = ${SECRET}\n`,
      "/etc/agent/sec/db.conf": "[DEFAULT]\nid = x\n\n[data]\n# kept\nold = literal:old value\n",
      "/etc/agent/cfg/site.conf": "[data]\nregion = literal:eu\nbare = a b\n",
      ...files,
    },
  });
}

Deno.test("add keeps a secret encrypted, and decode gives it back byte for byte", async () => {
  const system = host({}, "hunter2\n");
  assertEquals(await callOn(system, "sec/db", "add", "--key", "password", "--from", "-"), {
    code: 0,
    out: "",
    err: "",
    system,
  });
  const text = configOf(system, "sec/db")!;
  assertMatch(
    text,
    /^\[DEFAULT\]\nid = x\n\n\[data\]\n# kept\nold = literal:old value\npassword = crypt:[\w-]+=*\n$/,
  );
  assertEquals(system.files.facts("/etc/agent/sec/db.conf")?.mode, 0o600);
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "password")).out, "hunter2\n");
});

Deno.test("values come from a file, from the command line, or from standard input", async () => {
  const system = host({ "/root/key.pem": "line 1\nline 2\n" });
  assertEquals((await callOn(system, "sec/db", "add", "--key", "pem", "--from", "/root/key.pem")).code, 0);
  assertEquals((await callOn(system, "sec/db", "add", "--key", "word", "--value", "a=b {c}")).code, 0);
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "pem")).out, "line 1\nline 2\n");
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "word")).out, "a=b {c}");
});

Deno.test("add replaces a key that is there; change wants one", async () => {
  const system = host();
  assertEquals((await callOn(system, "sec/db", "add", "--key", "old", "--value", "new")).code, 0);
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "old")).out, "new");
  assertEquals((await callOn(system, "sec/db", "change", "--key", "old", "--value", "newer")).code, 0);
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "old")).out, "newer");
  const before = configOf(system, "sec/db");
  const { code, err } = await callOn(system, "sec/db", "change", "--key", "other", "--value", "x");
  assertEquals([code, configOf(system, "sec/db")], [4, before]);
  assertStringIncludes(err, 'Cannot find the key "other": sec/db has none of that name');
});

Deno.test("a cfg object keeps a plain line as it is, and everything else in Base64", async () => {
  const system = host();
  assertEquals((await callOn(system, "cfg/site", "add", "--key", "a", "--value", "two words")).code, 0);
  assertEquals((await callOn(system, "cfg/site", "add", "--key", "b", "--value", "two\nlines")).code, 0);
  assertStringIncludes(configOf(system, "cfg/site")!, "a = literal:two words\nb = base64:dHdvCmxpbmVz\n");
  assertEquals((await callOn(system, "cfg/site", "decode", "--key", "b")).out, "two\nlines");
});

Deno.test("the first secret of a node without a cluster secret makes one, as OpenSVC does", async () => {
  const system = host({ "/etc/agent/cluster.conf": "# mine\n[cluster]\nname = c\n" });
  assertEquals((await callOn(system, "sec/db", "add", "--key", "a", "--value", "hunter2")).code, 0);
  const text = configOf(system, "cluster")!;
  assertMatch(text, /^# mine\n\[cluster\]\nname = c\nsecret = [0-9a-f]{32}\n$/);
  assertEquals((await callOn(system, "sec/db", "add", "--key", "b", "--value", "hunter2")).code, 0);
  assertEquals(configOf(system, "cluster"), text, "the second one uses it");
  assertEquals((await callOn(system, "sec/db", "decode", "--key", "a")).out, "hunter2");
});

Deno.test("a cluster secret of node.conf counts where cluster.conf has none, and that of the node before the plain one", async () => {
  const system = host({
    "/etc/agent/cluster.conf": "[cluster]\n",
    "/etc/agent/node.conf": `[cluster]\nsecret = short\nsecret@n1 = ${SECRET}\n`,
  });
  assertEquals((await callOn(system, "sec/db", "add", "--key", "a", "--value", "hunter2")).code, 0);
  assertEquals(configOf(system, "cluster"), "[cluster]\n");
});

Deno.test("keys lists the keys with their forms, and shows no value", async () => {
  const system = host();
  await callOn(system, "sec/db", "add", "--key", "password", "--value", "hunter2");
  assertEquals(
    (await callOn(system, "sec/db", "keys")).out,
    "key       form\n---       ----\nold       literal\npassword  crypt\n",
  );
  const { out } = await callOn(system, "*/*/*", "keys", "--format", "json");
  assertEquals(JSON.parse(out), [
    { path: "cfg/site", key: "region", form: "literal" },
    { path: "cfg/site", key: "bare", form: "bare" },
    { path: "sec/db", key: "old", form: "literal" },
    { path: "sec/db", key: "password", form: "crypt" },
  ]);
});

Deno.test("remove takes one key away, and leaves everything else", async () => {
  const system = host();
  assertEquals((await callOn(system, "cfg/site", "remove", "--key", "region")).code, 0);
  assertEquals(configOf(system, "cfg/site"), "[data]\nbare = a b\n");
  assertEquals((await callOn(system, "cfg/site", "remove", "--key", "region")).code, 4);
});

Deno.test("the log tells what was done to a key, never a value", async () => {
  const system = host();
  await callOn(system, "sec/db", "add", "--key", "password", "--value", "hunter2");
  await callOn(system, "sec/db", "change", "--key", "password", "--value", "hunter2");
  await callOn(system, "sec/db", "remove", "--key", "password");
  const log = system.files.read("/var/log/agent/sec/db.log") ?? "";
  assertEquals(log.split("\n").filter(Boolean).map((line) => line.slice(line.indexOf("| ") + 2)), [
    "add key password (7 bytes)",
    "change key password (7 bytes)",
    "remove key password",
  ]);
});

const refused: readonly (readonly [what: string, args: readonly string[], code: number, message: string])[] =
  [
    ["no key", ["sec/db", "add", "--value", "x"], 2, "no key is given, expected --key KEY"],
    ["no value", ["sec/db", "add", "--key", "k"], 2, "no value is given, expected --from FILE"],
    ["two values", ["sec/db", "add", "--key", "k", "--value", "x", "--from", "-"], 2, "two values are given"],
    ["an empty file name", ["sec/db", "add", "--key", "k", "--from", ""], 2, "the name is empty"],
    ["no such file", ["sec/db", "add", "--key", "k", "--from", "/none"], 1, 'Cannot read "/none"'],
    ["no such object", ["sec/none", "add", "--key", "k", "--value", "x"], 4, 'Cannot find "sec/none"'],
    ["no such object to read", ["sec/none", "decode", "--key", "k"], 4, 'Cannot find "sec/none"'],
    ["no such key", ["sec/db", "decode", "--key", "none"], 4, 'Cannot find the key "none"'],
    ["a service", ["svc1", "keys"], 1, "it is a svc object, expected cfg or sec"],
    ["several objects", ["*/*/*", "add", "--key", "k", "--value", "x"], 2, "name exactly one"],
    [
      "a key that the file cannot hold",
      ["cfg/site", "add", "--key", "a=b", "--value", "x"],
      3,
      "is no keyword",
    ],
    [
      "a value that is too large",
      ["cfg/site", "add", "--key", "a", "--value", "x".repeat(600_000)],
      1,
      "512 KiB",
    ],
  ];

for (const [what, args, code, message] of refused) {
  Deno.test(`keys of objects, refused: ${what}`, async () => {
    const system = host({ "/etc/agent/svc1.conf": "[DEFAULT]\n" });
    const before = system.files.paths.map((path) => system.files.read(path));
    const called = await callOn(system, ...args);
    assertEquals(called.code, code, called.err);
    assertStringIncludes(called.err, message);
    const locks = new Set(["/run/agent/config.lock"]);
    const after = system.files.paths.filter((path) => !locks.has(path)).map((path) =>
      system.files.read(path)
    );
    assertEquals(after, before, "nothing was written");
  });
}

Deno.test("decode refuses a secret that others may read, and one that cannot be decrypted", async () => {
  const system = host();
  await callOn(system, "sec/db", "add", "--key", "password", "--value", "hunter2");
  system.files.put("/etc/agent/cluster.conf", `[cluster]\nsecret = ${SECRET.toUpperCase()}\n`);
  const other = await callOn(system, "sec/db", "decode", "--key", "password");
  assertEquals([other.code, other.out], [1, ""]);
  assertStringIncludes(other.err, "Cannot decode password of sec/db: the key is another one");
  system.files.change("/etc/agent/sec/db.conf", { mode: 0o644 });
  const open = await callOn(system, "sec/db", "decode", "--key", "old");
  assertEquals([open.code, open.out], [1, ""]);
  assertStringIncludes(open.err, "may be read by others (mode 644)");
});

Deno.test("create makes an object to keep keys in", async () => {
  const { system, code } = await call(["ns1/sec/x", "create"]);
  assertEquals(code, 0);
  assertEquals((await callOn(system, "ns1/sec/x", "add", "--key", "a", "--value", "hunter2")).code, 0);
  assertEquals((await callOn(system, "ns1/sec/x", "decode", "--key", "a")).out, "hunter2");
  assertEquals((await callOn(system, "ns1/sec/x", "validate", "config")).code, 0);
});
