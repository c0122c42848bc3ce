import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeSystem } from "../../fakes/system.ts";
import { call, callOn } from "./called.ts";

const TEXT =
  "# head\n[DEFAULT]\nnodes: n1 n2\n\n[env]\nsize = 5\n\n[task#0]\ncommand = echo {env.size}\n  {missing}\nuser = root\nuser@n2 = nobody\nstrange = {nodename}\ntags@n2 = only\n";
const config = { testmd: TEXT };

Deno.test("print config prints the file as it is", async () => {
  for (const words of [["print", "config"], ["print_config"], ["config", "show"], ["pr", "conf"]]) {
    const { code, out, err } = await call(["testmd", ...words], { config });
    assertEquals([code, out, err], [0, TEXT, ""]);
  }
});

Deno.test("print config --format json gives sections and metadata", async () => {
  const { code, out } = await call(["testmd", "print", "config", "--format", "json"], { config });
  assertEquals(code, 0);
  assertEquals(JSON.parse(out), {
    DEFAULT: { nodes: "n1 n2" },
    env: { size: "5" },
    "task#0": {
      command: "echo {env.size}\n{missing}",
      user: "root",
      "user@n2": "nobody",
      strange: "{nodename}",
      "tags@n2": "only",
    },
    metadata: { name: "testmd", namespace: "root", kind: "svc" },
  });
});

Deno.test("print config --eval shows what this node sees, unknown keywords too", async () => {
  const { code, out, err } = await call(["testmd", "print", "config", "--eval"], { config });
  assertEquals([code, err], [0, ""]);
  assertEquals(
    out,
    "[DEFAULT]\nnodes = n1 n2\n\n[env]\nsize = 5\n\n[task#0]\ncommand = echo 5\n\t{missing}\nuser = root\nstrange = n1\n",
  );
});

Deno.test("print config --eval --impersonate shows what another node sees", async () => {
  const args = ["testmd", "print", "config", "--eval", "--impersonate", "n2", "--format", "json"];
  const { code, out } = await call(args, { config });
  assertEquals([code, JSON.parse(out)["task#0"]], [0, {
    command: "echo 5\n{missing}",
    user: "nobody",
    strange: "n2",
    tags: "only",
  }]);
});

Deno.test("print config --eval shows a value that goes in a circle as it is written, and says so", async () => {
  const text = "[env]\na = {env.b}\nb = {env.a}\nc = 1\n";
  const { code, out, err } = await call(["testmd", "print", "config", "--eval"], {
    config: { testmd: text },
  });
  assertEquals([code, out], [3, text]);
  assertStringIncludes(err, "agent: testmd: Cannot use env.a at line 2: the references go in a circle");
});

Deno.test("print config of several services names each", async () => {
  const two = { a: "[env]\nx = 1\n", b: "[env]\nx = 2\n" };
  const { out } = await call(["*", "print", "config"], { config: two });
  assertEquals(out, "# a\n[env]\nx = 1\n\n# b\n[env]\nx = 2\n");
  const json = await call(["*", "print", "config", "--format", "json"], { config: two });
  const names = JSON.parse(json.out).map((one: { metadata: { name: string } }) => one.metadata.name);
  assertEquals(names, ["a", "b"]);
});

Deno.test("print config shows a file that cannot be read as a configuration, but not as JSON", async () => {
  const system = fakeSystem({ config: { testmd: "nonsense\n" } });
  const plain = await callOn(system, "testmd", "print", "config");
  assertEquals([plain.code, plain.out], [0, "nonsense\n"]);
  const { code, out, err } = await callOn(system, "testmd", "print", "config", "--format", "json");
  assertEquals([code, out], [3, ""]);
  assertStringIncludes(err, "agent: testmd: Cannot read the configuration at line 1");
});

Deno.test("print config refuses a file that somebody else may write", async () => {
  const system = fakeSystem({ config });
  system.files.change("/etc/agent/testmd.conf", { uid: 1000 });
  const { code, out, err } = await callOn(system, "testmd", "print", "config");
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, "agent: testmd: Cannot trust /etc/agent/testmd.conf");
});

Deno.test("print config prints CSV, one keyword a line", async () => {
  const { code, out } = await call(["testmd", "print", "config", "--format", "csv"], {
    config: { testmd: "[DEFAULT]\nnodes = n1\n[task#0]\ncommand = echo a, b\n" },
  });
  assertEquals(code, 0);
  assertEquals(
    out,
    'path,section,keyword,value\r\ntestmd,DEFAULT,nodes,n1\r\ntestmd,task#0,command,"echo a, b"\r\n',
  );
});

Deno.test("an empty --root is refused: it must not mean the folders of the host", async () => {
  const { code, err } = await call(["testmd", "print", "config", "--root", ""], {});
  assertEquals(code, 2);
  assertStringIncludes(err, "Cannot use --root: it is empty");
});
