import { assertEquals, assertStringIncludes } from "@std/assert";
import { call, callOn, configOf } from "./called.ts";

Deno.test("create writes what --kw and --env say, for its owner only, on the disk", async () => {
  const { code, out, err, system } = await call([
    "testmd",
    "create",
    "--kw",
    "task#0.command=/bin/true",
    "--kw",
    "comment=hello",
    "--env",
    "size=5",
  ]);
  assertEquals([code, out, err], [0, "create testmd\n", ""]);
  assertEquals(
    configOf(system, "testmd"),
    "[DEFAULT]\ncomment = hello\n\n[env]\nsize = 5\n\n[task#0]\ncommand = /bin/true\n",
  );
  assertEquals(system.files.facts("/etc/agent/testmd.conf")?.mode, 0o600);
  assertEquals(system.files.durable, ["/etc/agent/testmd.conf"]);
  assertEquals(system.files.locked, []);
});

Deno.test("create takes a file as it is, comments included, and puts --kw on top", async () => {
  const { code, system } = await call([
    "ns1/svc/web",
    "create",
    "--config",
    "/tmp/x.conf",
    "--kw",
    "task#0.user=root",
  ], {
    files: { "/tmp/x.conf": "# mine\n[task#0]\ncommand = /bin/true" },
  });
  assertEquals(code, 0);
  assertEquals(
    system.files.read("/etc/agent/namespaces/ns1/svc/web.conf"),
    "# mine\n[task#0]\ncommand = /bin/true\nuser = root\n",
  );
});

Deno.test("create reads from standard input what print config --format json gives", async () => {
  const config = { testmd: "[task#0]\ncommand = echo a\n\tb\nuser = root\n" };
  const { out } = await call(["testmd", "print", "config", "--format", "json"], { config });
  const { code, system } = await call(["copy", "create", "--config", "-"], { stdin: out });
  assertEquals(code, 0);
  assertEquals(configOf(system, "copy"), config.testmd);
});

Deno.test("create without anything makes an empty service", async () => {
  const { code, system } = await call(["testmd", "create"]);
  assertEquals([code, configOf(system, "testmd")], [0, "[DEFAULT]\n"]);
});

Deno.test("create refuses an existing service, even one that is not trusted", async () => {
  const { code, err, system } = await call(["testmd", "create"], { config: { testmd: "# mine\n" } });
  assertEquals([code, configOf(system, "testmd")], [1, "# mine\n"]);
  assertStringIncludes(err, "Cannot create testmd: it exists");
});

Deno.test("create writes nothing when there are errors, and tells all of them", async () => {
  const { code, out, err, system } = await call(["testmd", "create", "--kw", "task#0.timeout=abc"]);
  assertEquals([code, out, configOf(system, "testmd")], [3, "", undefined]);
  assertStringIncludes(err, "testmd: line 3: error: task#0.command is missing");
  assertStringIncludes(err, "testmd: line 4: error: Cannot use task#0.timeout");
  assertStringIncludes(err, "agent: Cannot create testmd: there are 2 errors, and nothing is changed\n");
});

Deno.test("create tells warnings, not with --quiet", async () => {
  const args = ["testmd", "create", "--kw", "task#0.command=/bin/true", "--kw", "task#0.usr=x"];
  assertStringIncludes((await call(args)).err, "did you mean user");
  assertEquals((await call([...args, "--quiet"])).err, "");
});

const refused: [args: string[], code: number, message: string][] = [
  [["db*", "create"], 2, "is no name"],
  [["a,b", "create"], 2, "is no name"],
  [["svc/daemon", "create"], 1, "a word of the command line"],
  [["cluster", "create"], 1, "the configuration of the cluster"],
  [["ns1/svc/node", "create"], 1, "a word of the command line"],
  [["x/y", "create"], 2, "is no kind"],
  [["testmd", "create", "--kw", "task#0.command"], 2, "there is no ="],
  [["testmd", "create", "--env", "=5"], 2, "expected NAME=VALUE"],
  [["testmd", "create", "--config", "/tmp/none"], 1, "there is no such file"],
  [["testmd", "create", "--config", "/tmp/bad.conf"], 3, "at line 1"],
  [["testmd", "create", "--config", "/tmp/bad.json"], 3, "no JSON"],
  [["testmd", "create", "--kw", "env.x=a\n# b"], 3, "comment"],
];

for (const [args, code, message] of refused) {
  Deno.test(`create ends with ${code}: agent ${args.join(" ")}`, async () => {
    const called = await call(args, { files: { "/tmp/bad.conf": "nothing\n", "/tmp/bad.json": "{" } });
    assertEquals([called.code, called.out], [code, ""]);
    assertStringIncludes(called.err, message);
    assertEquals(called.err.split("\n").length, 2, "one line");
    assertEquals(called.system.files.list("/etc/agent"), []);
  });
}

Deno.test("create twice at once writes once", async () => {
  const { system } = await call(["other", "ls"]);
  const codes = await Promise.all(
    ["a", "b"].map(async (comment) =>
      (await callOn(system, "testmd", "create", "--kw", `comment=${comment}`)).code
    ),
  );
  assertEquals(codes.toSorted(), [0, 1]);
});
