import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./called.ts";

const config = {
  a: "[DEFAULT]\ncomment = on {nodename}\n\n[env]\nempty =\n\n[task#0]\ncommand = /bin/true\nuser@n2 = nobody\n",
  b: "[task#0]\ncommand = /bin/false\nuser = root\n",
};

const values: [args: string[], out: string][] = [
  [["a", "get", "--kw", "comment"], "on {nodename}\n"],
  [["a", "get", "--kw", "task#0.user@n2"], "nobody\n"],
  [["a", "config", "get", "task#0.command"], "/bin/true\n"],
  [["a", "get", "--kw", "env.empty"], "\n"],
  [["a", "eval", "--kw", "comment"], "on n1\n"],
  [["a", "eval", "--kw", "comment", "--impersonate", "N2"], "on n2\n"],
  [["a", "eval", "--kw", "nodes"], "n1\n"],
  [["a", "eval", "--kw", "task#0.user", "--impersonate", "n2"], "nobody\n"],
  [
    ["a", "get", "comment", "task#0.user"],
    "keyword          value\n-------          -----\nDEFAULT.comment  on {nodename}\ntask#0.user      -\n",
  ],
  [
    ["*", "get", "--kw", "task#0.user"],
    "path  keyword      value\n----  -------      -----\na     task#0.user  -\nb     task#0.user  root\n",
  ],
  [
    ["b", "get", "--kw", "task#0.user", "--format", "jsonl"],
    '{"path":"b","keyword":"task#0.user","value":"root"}\n',
  ],
];

for (const [args, out] of values) {
  Deno.test(`agent ${args.join(" ")} prints the value`, async () => {
    const called = await call(args, { config });
    assertEquals([called.code, called.out, called.err], [0, out, ""]);
  });
}

const missing: [args: string[], code: number, message: string][] = [
  [["a", "get"], 2, "no keyword is given"],
  [["a", "get", "--kw", ".x"], 2, "expected section.keyword"],
  [["a", "get", "--kw", "task#0.user"], 4, "Cannot find task#0.user in a: it is not set\n"],
  [["a", "get", "--kw", "status_schedule"], 4, 'it is not set, and its default is "@10"'],
  [["a", "get", "--kw", "task#0.usr"], 4, "there is no such keyword; did you mean user?"],
  [["a", "get", "--kw", "task#1.user"], 4, "there is no section [task#1], did you mean task#0?"],
  [["a", "eval", "--kw", "task#0.user"], 4, "it is not set"],
  [["none", "get", "--kw", "nodes"], 4, "no such object"],
];

for (const [args, code, message] of missing) {
  Deno.test(`agent ${args.join(" ")} ends with ${code}`, async () => {
    const called = await call(args, { config });
    assertEquals([called.code, called.out], [code, ""]);
    assertStringIncludes(called.err, message);
    assertEquals(called.err.split("\n").length, 2, "one line");
  });
}

Deno.test("get prints null in JSON for what is not set", async () => {
  const { code, out } = await call(["a", "get", "--kw", "task#0.user", "--format", "json"], { config });
  assertEquals(code, 4);
  assertEquals(JSON.parse(out), [{ path: "a", keyword: "task#0.user", value: null }]);
});

Deno.test("eval tells a circle, and reads the other services", async () => {
  const circle = { ...config, b: "[DEFAULT]\ncomment = {env.x}\n[env]\nx = {DEFAULT.comment}\n" };
  const { code, out, err } = await call(["*", "eval", "--kw", "comment"], { config: circle });
  assertEquals(code, 3);
  assertStringIncludes(out, "on n1");
  assertStringIncludes(err, "agent: b: Cannot use DEFAULT.comment at line 2: the references go in a circle");
});

Deno.test("get goes on after a service that cannot be read", async () => {
  const { code, out, err } = await call(["*", "get", "--kw", "task#0.user"], {
    config: { ...config, a: "[x\n" },
  });
  assertEquals(code, 3);
  assertStringIncludes(out, "root");
  assertStringIncludes(err, "agent: a: Cannot read the configuration at line 1");
});
