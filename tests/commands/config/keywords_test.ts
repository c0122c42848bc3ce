import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { NODE_KEYWORDS } from "../../../src/core/config/node_keywords.ts";
import { KEYWORDS } from "../../../src/drivers/keywords.ts";
import { call } from "./called.ts";

Deno.test("keywords shows every row of the registries, in every format", async () => {
  const { code, out } = await call(["keywords", "--format", "json"]);
  const rows = JSON.parse(out);
  assertEquals([code, rows.length], [0, KEYWORDS.rows.length + NODE_KEYWORDS.length]);
  assertEquals((await call(["keywords", "--format", "jsonl"])).out.trim().split("\n").length, rows.length);
  const plain = (await call(["keywords"])).out;
  const markdown = (await call(["keywords", "--markdown"])).out;
  for (const { keyword } of rows) {
    assertStringIncludes(plain, keyword);
    assertStringIncludes(markdown, `| \`${keyword}\` |`);
  }
});

Deno.test("keywords SECTION lists the rows of the section first, then those of every resource", async () => {
  for (const section of ["task", "task#0"]) {
    const { code, out } = await call(["keywords", section]);
    assertEquals(code, 0);
    assert(out.startsWith("task:\n"));
    assert(out.indexOf("task.host:\n") < out.indexOf("every resource:\n"));
    assertStringIncludes(out, "known from OpenSVC, and refused by this version:");
    assertEquals(out.includes("status_schedule"), false);
  }
  assertEquals((await call(["keywords", "DEFAULT"])).out.includes("every resource"), false);
  assertStringIncludes((await call(["keywords", "node"])).out, "node.conf [log]:\n  level ");
  assertStringIncludes((await call(["keywords", "fs"])).out, "every resource");
});

Deno.test("keywords SECTION KEYWORD tells all about one, also by its other name", async () => {
  const { code, out } = await call(["keywords", "task", "timeout"]);
  assertEquals(code, 0);
  assert(out.startsWith("task timeout\n"));
  for (
    const fact of ["kind           duration", "example        timeout = 1h30m", "other name     run_timeout"]
  ) {
    assertStringIncludes(out, fact);
  }
  assertEquals((await call(["keywords", "task", "run_timeout"])).out, out);
});

Deno.test("keywords of one row in JSON has every field", async () => {
  const { out } = await call(["keywords", "task", "timeout", "--format", "json"]);
  const [row] = JSON.parse(out);
  assertEquals({ ...row, text: "" }, {
    file: "service",
    section: "task",
    keyword: "timeout",
    alias: "run_timeout",
    converter: "duration",
    default: null,
    candidates: null,
    scopable: true,
    required: false,
    inheritance: "leaf > head",
    since: "2.1",
    example: "1h30m",
    text: "",
    unsupported: null,
  });
});

const wrong: [args: string[], code: number, message: string][] = [
  [["tsk"], 4, 'Cannot find the keywords of "tsk": there is no such section, did you mean task?'],
  [["task", "usr"], 4, "did you mean user?"],
  [["task", "zzzzzzzzz"], 4, "expected one that agent keywords task shows"],
  [["task", "user", "more"], 2, 'there is "more" after the keyword'],
];

for (const [args, code, message] of wrong) {
  Deno.test(`agent keywords ${args.join(" ")} ends with ${code}`, async () => {
    const called = await call(["keywords", ...args]);
    assertEquals([called.code, called.out], [code, ""]);
    assertStringIncludes(called.err, message);
    assertEquals(called.err.split("\n").length, 2, "one line");
  });
}
