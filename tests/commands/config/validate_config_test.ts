import { assertEquals, assertStringIncludes } from "@std/assert";
import { call } from "./called.ts";

const GOOD = "[task#0]\ncommand = /bin/true\n";

Deno.test("validate config prints nothing when all is well", async () => {
  for (const words of [["validate", "config"], ["config", "validate"], ["val", "conf"]]) {
    const { code, out, err } = await call(["testmd", ...words], { config: { testmd: GOOD } });
    assertEquals([code, out, err], [0, "", ""]);
  }
});

Deno.test("validate config ends with 0 when there are only warnings", async () => {
  const { code, out } = await call(["testmd", "validate", "config"], {
    config: { testmd: `${GOOD}usr = x\n` },
  });
  assertEquals(code, 0);
  assertEquals(
    out,
    "line  severity  message\n----  --------  -------\n3     warning   Unknown keyword task#0.usr, did you mean user\n",
  );
});

Deno.test("validate config prints all errors with their lines, and ends with 3", async () => {
  const text = "[task#0]\ntimeout = abc\n[task#1]\ncommand = true\nmax_parallel = x\n";
  const { code, out, err } = await call(["testmd", "validate", "config"], { config: { testmd: text } });
  assertEquals([code, err], [3, ""]);
  assertStringIncludes(out, "1     error     task#0.command is missing");
  assertStringIncludes(out, "2     error     Cannot use task#0.timeout");
  assertStringIncludes(out, "5     error     Cannot use task#1.max_parallel");
});

Deno.test("validate config of a text that cannot be read tells the line", async () => {
  const { code, out } = await call(["testmd", "validate", "config"], {
    config: { testmd: "[a]\nnonsense\n" },
  });
  assertEquals(code, 3);
  assertStringIncludes(out, "2     error     Cannot read the configuration at line 2");
});

Deno.test("validate config of several services names them", async () => {
  const config = { a: `${GOOD}usr = x\n`, b: GOOD, c: "[x\n" };
  const { code, out } = await call(["*", "validate", "config"], { config });
  assertEquals(code, 3);
  assertStringIncludes(out, "path  line  severity  message\n");
  assertStringIncludes(out, "a     3     warning");
  assertStringIncludes(out, "c     1     error");
});

Deno.test("validate config --format json gives rows, also none", async () => {
  const good = await call(["testmd", "validate", "config", "--format", "json"], { config: { testmd: GOOD } });
  assertEquals([good.code, good.out], [0, "[]\n"]);
  const bad = await call(["testmd", "validate", "config", "--format", "json"], {
    config: { testmd: `${GOOD}usr = x\n` },
  });
  assertEquals(JSON.parse(bad.out), [{
    path: "testmd",
    severity: "warning",
    line: 3,
    section: "task#0",
    keyword: "usr",
    message: "Unknown keyword task#0.usr, did you mean user",
  }]);
});

Deno.test("validate config of no such service ends with 4", async () => {
  assertEquals((await call(["testmd", "validate", "config"])).code, 4);
});

Deno.test("validate config shows a file that is too large as a problem, and ends with 3", async () => {
  const { code, out, err } = await call(["testmd", "validate", "config"], {
    config: { testmd: `${GOOD}#${"x".repeat(1024 * 1024)}\n` },
  });
  assertEquals([code, err], [3, ""]);
  assertStringIncludes(out, '-     error     testmd: Cannot read "/etc/agent/testmd.conf"');
});

Deno.test("what is wrong in node.conf is told with the name of that file", async () => {
  const { code, err } = await call(["testmd", "print", "status"], {
    config: { testmd: GOOD },
    files: { "/etc/agent/node.conf": "[node]\noops\n" },
  });
  assertEquals(code, 3);
  assertStringIncludes(err, "/etc/agent/node.conf: Cannot read the configuration at line 2");
});

Deno.test("validate config does not suggest what is already written", async () => {
  const { out } = await call(["testmd", "validate", "config"], {
    config: { testmd: "[task#a b]\ncommand = x\n[task#1]\ncommand = /bin/echo {id}\n" },
  });
  assertStringIncludes(
    out,
    "Unknown section [task#a b], expected an index of letters, digits and . _ - after the #",
  );
  assertStringIncludes(out, "Unknown reference {id} in task#1.command, and stays as it is");
});
