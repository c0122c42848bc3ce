import { assertEquals } from "@std/assert";
import type { ModuleResult } from "../../../src/core/compliance/result.ts";
import { banner, digestOf } from "../../../src/core/compliance/result.ts";
import { RESULT_COLUMNS, resultMessages } from "../../../src/core/compliance/result_message.ts";

const RESULT: ModuleResult = {
  path: "shop",
  module: "sshd",
  moduleset: "base",
  autofix: false,
  order: 10,
  action: "check",
  status: "nok",
  code: 1,
  reason: null,
  at: "2026-03-02T10:00:00.000Z",
  ended_at: "2026-03-02T10:00:01.000Z",
  steps: [
    { action: "check", code: 1, started_at: "2026-03-02T10:00:00.000Z", duration: 500, log: "bad\n" },
    { action: "fixable", code: 0, started_at: "2026-03-02T10:00:00.500Z", duration: 500, log: "" },
  ],
  session_id: "s1",
};
const FACTS = { node: "n1", service: "shop", md5: "sum" };

Deno.test("banner() is 78 columns wide, and longer only for a longer title", () => {
  for (const title of ["a", "ab", "digest", "x".repeat(74)]) assertEquals(banner(title).length, 78, title);
  assertEquals(banner("digest"), `${"=".repeat(35)} digest ${"=".repeat(35)}`);
  assertEquals(banner("x".repeat(90)), ` ${"x".repeat(90)} `);
});

Deno.test("digestOf() counts by status", () => {
  const statuses = (["ok", "nok", "n/a", "ok", "nok", "ok"] as const).map((status) => ({ status }));
  assertEquals(digestOf(statuses), { notApplicable: 1, passed: 3, errors: 2 });
});

Deno.test("resultMessages() has a row for each call, in the columns of the collector", () => {
  assertEquals(resultMessages([RESULT], FACTS), [{
    kind: "compliance",
    key: "compliance:shop:s1:0",
    target: "compliance",
    method: "POST",
    path: "",
    body: {
      method: "comp_log_actions",
      params: [RESULT_COLUMNS, [
        ["n1", "sshd", "1", "bad\n", "check", "sum", "shop"],
        ["n1", "sshd", "0", "", "fixable", "sum", "shop"],
      ]],
    },
  }]);
});

Deno.test("resultMessages() tells of a module that could not be called, and of the node itself", () => {
  const lost: ModuleResult = { ...RESULT, steps: [], code: null, reason: "there is none" };
  const [message] = resultMessages([lost], { ...FACTS, service: "" });
  assertEquals(message?.key, "compliance:node:s1:0");
  assertEquals((message?.body["params"] as unknown[])[1], [[
    "n1",
    "sshd",
    "1",
    "ERR: there is none\n",
    "check",
    "sum",
    "",
  ]]);
  assertEquals(resultMessages([], FACTS), []);
});

Deno.test("resultMessages() of long logs are several, none of them large, and nothing is lost", () => {
  const long = { ...RESULT, steps: [{ ...RESULT.steps[0]!, log: "x".repeat(60_000) }] };
  const messages = resultMessages(Array.from({ length: 10 }, () => long), FACTS);
  const rows = messages.map(({ body }) => ((body["params"] as unknown[])[1] as unknown[]).length);
  assertEquals(rows, [4, 4, 2]);
  assertEquals(new Set(messages.map(({ key }) => key)).size, 3);
});
