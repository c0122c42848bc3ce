import { assertEquals } from "@std/assert";
import type { Verdict } from "../../../src/core/collector/verdict.ts";
import { judge } from "../../../src/core/collector/verdict.ts";

const NOW = Date.parse("2026-03-02T10:00:00Z");

function answered(status: number, text: string, retryAfter?: string): Verdict {
  return judge({ kind: "answered", status, text, retryAfter }, "feeder", NOW);
}

function called(text: string): Verdict {
  return judge({ kind: "answered", status: 200, text, retryAfter: undefined }, "compliance", NOW);
}

const kinds: [status: number, text: string, kind: string][] = [
  [200, '{"uuid":"1"}', "done"],
  [202, "", "done"],
  [204, "", "done"],
  [200, "", "done"],
  [202, "accepted", "done"],
  [200, "<html>log in first</html>", "later all"],
  [200, "[1]", "later all"],
  [302, "", "later all"],
  [400, '{"text":"no path"}', "rejected"],
  [401, "", "unregistered"],
  [403, "", "unregistered"],
  [404, "", "later"],
  [405, "", "later"],
  [408, "", "later all"],
  [409, "", "unknown node"],
  [413, "", "rejected"],
  [429, "", "later all"],
  [500, "", "later"],
  [503, "", "later all"],
];

for (const [status, text, kind] of kinds) {
  Deno.test(`judge() takes ${status} ${JSON.stringify(text)} for ${kind}`, () => {
    const verdict = answered(status, text);
    const isAll = verdict.kind === "later" && verdict.isAboutAll;
    assertEquals(`${verdict.kind}${isAll ? " all" : ""}`, kind);
  });
}

Deno.test("judge() gives what the collector says, on one line and not too long", () => {
  assertEquals(answered(400, '{"text":"no\\n\\u001b[31mpath"}'), {
    kind: "rejected",
    code: 400,
    reason: "no [31mpath (status 400)",
  });
  const { reason } = answered(500, JSON.stringify({ text: "x".repeat(5000) })) as { reason: string };
  assertEquals(reason.length < 400, true);
  assertEquals(answered(500, "<html>").kind === "later" && answered(500, "<html>"), {
    kind: "later",
    code: 500,
    reason: "it answered with status 500",
    isAboutAll: false,
  });
});

Deno.test("judge() honours Retry-After in seconds and as a date, within an hour", () => {
  const delay = (text: string) => {
    const verdict = answered(503, "", text);
    return verdict.kind === "later" ? verdict.retryAfterMs : undefined;
  };
  assertEquals(delay("120"), 120_000);
  assertEquals(delay("Mon, 02 Mar 2026 10:00:30 GMT"), 30_000);
  assertEquals(delay("Mon, 02 Mar 2026 09:00:30 GMT"), 0);
  assertEquals(delay("999999"), 3_600_000);
  assertEquals(delay("soon"), undefined);
});

Deno.test("judge() of JSON-RPC gives the result, and tells a bad call from a bad moment", () => {
  assertEquals(called('{"jsonrpc":"2.0","id":1,"result":{"modulesets":{}}}'), {
    kind: "done",
    code: 200,
    answer: { modulesets: {} },
  });
  assertEquals(called('{"error":{"code":-32601,"message":"no such method"}}').kind, "rejected");
  assertEquals(called('{"error":{"code":-32603,"message":"the database is away"}}').kind, "later");
  assertEquals(called('{"error":"bad"}').kind, "later");
  assertEquals(called("").kind, "later");
});
