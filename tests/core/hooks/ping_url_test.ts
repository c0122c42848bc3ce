import { assertEquals, assertThrows } from "@std/assert";
import { type PingSignal, pingUrl, toPingUrl } from "../../../src/core/hooks/ping_url.ts";

const cases: { edge: string; base: string; signal: PingSignal; url: string }[] = [
  {
    edge: "a start",
    base: "https://hc.example.com/uuid",
    signal: { kind: "start" },
    url: "https://hc.example.com/uuid/start?rid=R",
  },
  {
    edge: "a success",
    base: "https://hc.example.com/uuid",
    signal: { kind: "success" },
    url: "https://hc.example.com/uuid?rid=R",
  },
  {
    edge: "a failure by its code",
    base: "http://hc:8000/p/uuid/",
    signal: { kind: "failure", code: 3 },
    url: "http://hc:8000/p/uuid/3?rid=R",
  },
  {
    edge: "a failure with a code of 0",
    base: "http://hc/u",
    signal: { kind: "failure", code: 0 },
    url: "http://hc/u/fail?rid=R",
  },
  {
    edge: "a failure with a code that none can be",
    base: "http://hc/u",
    signal: { kind: "failure", code: 256 },
    url: "http://hc/u/fail?rid=R",
  },
  {
    edge: "what the address asks besides",
    base: "http://hc/key/slug?create=1",
    signal: { kind: "start" },
    url: "http://hc/key/slug/start?create=1&rid=R",
  },
  {
    edge: "a success of a bare host",
    base: "http://hc",
    signal: { kind: "success" },
    url: "http://hc/?rid=R",
  },
  {
    edge: "a start of a bare host",
    base: "http://hc/",
    signal: { kind: "start" },
    url: "http://hc/start?rid=R",
  },
];

for (const { edge, base, signal, url } of cases) {
  Deno.test(`pingUrl() tells ${edge}`, () => assertEquals(pingUrl(toPingUrl(base), signal, "R"), url));
}

for (
  const text of [
    "",
    "hc.example.com/x",
    "ftp://hc/x",
    "file:///etc/passwd",
    "http://",
    "javascript:alert(1)",
    "http://a/task#0",
    "http://a/#",
    "http://a/{rid}",
  ]
) {
  Deno.test(`toPingUrl() refuses "${text}" without repeating it`, () => {
    const error = assertThrows(() => toPingUrl(text), SyntaxError);
    if (text.length > 7) assertEquals(error.message.includes(text), false);
  });
}
