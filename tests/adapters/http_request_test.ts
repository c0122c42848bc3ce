/** Requests with credentials by the real `fetch`, against a collector on loopback that fails in every way. */
import { assertEquals, assertMatch } from "@std/assert";
import { createHttp } from "../../src/adapters/http.ts";
import type { HttpReply, HttpRequest } from "../../src/ports.ts";
import { makeCertificates } from "../fakes/feeder/certificates.ts";
import type { FeederOptions } from "../fakes/feeder/feeder.ts";
import { Feeder } from "../fakes/feeder/feeder.ts";
import type { WireState } from "../fakes/feeder/wire.ts";

const PING = { nodes: ["n1"], objects: ["svc1"], version: "3.0.0" };
const FOLDER = Deno.makeTempDirSync({ prefix: "agent-tls-" });
const GOOD = makeCertificates(`${FOLDER}/good`);
globalThis.addEventListener("unload", () => Deno.removeSync(FOLDER, { recursive: true }));

/** Clients of the runtime, and connections that were cut, stay open as long as the process. */
function httpTest(name: string, options: FeederOptions, body: (feeder: Feeder) => Promise<void>): void {
  Deno.test({
    name,
    sanitizeResources: false,
    sanitizeOps: false,
    fn: async () => {
      await using feeder = new Feeder({ nodes: { n1: "pässword" }, ...options });
      await body(feeder);
    },
  });
}

function ask(feeder: Feeder, changes: Partial<HttpRequest> = {}): Promise<HttpReply> {
  return createHttp().request({
    method: "POST",
    url: `${feeder.url}/feeder/api/daemon/ping`,
    body: JSON.stringify(PING),
    login: { user: "n1", password: "pässword" },
    userAgent: "agent/test",
    timeoutMs: 10_000,
    maxBytes: 10_000,
    ...changes,
  });
}

function reasonOf(reply: HttpReply): string {
  return reply.kind === "failed" ? reply.reason : `status ${reply.status}`;
}

httpTest("request() sends the login and the body, and gives the answer", {}, async (feeder) => {
  feeder.pong = { status: 202, body: { object_without_config: ["svc1"] }, headers: { "retry-after": "7" } };
  assertEquals(await ask(feeder), {
    kind: "answered",
    status: 202,
    text: '{"object_without_config":["svc1"]}',
    retryAfter: "7",
  });
  assertEquals(feeder.accepted.map(({ method, login, body }) => [method, login, body]), [
    ["POST", "n1:pässword", PING],
  ]);
  assertEquals(reasonOf(await ask(feeder, { login: { user: "n1", password: "other" } })), "status 401");
  assertEquals(feeder.complaints, []);
});

httpTest("request() follows no redirect with the credentials", {}, async (feeder) => {
  await using other = new Feeder({ nodes: { n1: "pässword" } });
  feeder.override = () => ({ status: 307, headers: { location: `${other.url}/feeder/api/daemon/ping` } });
  assertEquals(reasonOf(await ask(feeder)), "status 307");
  assertEquals(other.asked, []);
});

httpTest("request() reads no more than it may of an answer", {}, async (feeder) => {
  feeder.pong = { status: 202, body: "x".repeat(10_001) };
  assertEquals(reasonOf(await ask(feeder)), "the answer is larger than 10000 bytes");
  feeder.pong = { status: 202, body: "x".repeat(10_000) };
  assertEquals(reasonOf(await ask(feeder)), "status 202");
});

const wires: [state: WireState, reason: RegExp][] = [
  ["refuses", /refused|reset/i],
  ["hangs", /^no answer within 0\.5 s$/],
  ["resets", /connection|reset|closed/i],
  ["breaks off", /connection|incomplete|closed|parse/i],
  ["trickles", /^no answer within 0\.5 s$/],
  ["garbage", /invalid|parse|HTTP/i],
];

for (const [state, reason] of wires) {
  httpTest(`request() says why when the network ${state}, and not to whom`, {}, async (feeder) => {
    feeder.network = state;
    const found = reasonOf(await ask(feeder, { timeoutMs: 500 }));
    assertMatch(found, reason);
    assertEquals(/127\.0\.0\.1|pässword|feeder/.test(found), false, found);
    feeder.network = "well";
    assertEquals(reasonOf(await ask(feeder)), "status 202");
  });
}

httpTest("request() gives up when it is told to", {}, async (feeder) => {
  feeder.network = "hangs";
  const giveUp = new AbortController();
  const asked = ask(feeder, { signal: giveUp.signal });
  giveUp.abort();
  assertEquals(reasonOf(await asked), "given up");
});

httpTest(
  "request() trusts a private authority that it is given, and only then",
  { tls: GOOD.tls },
  async (feeder) => {
    assertMatch(reasonOf(await ask(feeder)), /certificate/i);
    assertEquals(feeder.asked, []);
    assertEquals(reasonOf(await ask(feeder, { ca: await Deno.readTextFile(GOOD.caFile) })), "status 202");
  },
);

httpTest("request() trusts no certificate of another authority", { tls: GOOD.tls }, async (feeder) => {
  const other = makeCertificates(`${FOLDER}/other`);
  assertMatch(
    reasonOf(await ask(feeder, { ca: await Deno.readTextFile(other.caFile) })),
    /certificate|issuer/i,
  );
  assertEquals(feeder.asked, []);
});

httpTest("request() says what is wrong with authorities that are none", { tls: GOOD.tls }, async (feeder) => {
  const broken = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n";
  const found = reasonOf(await ask(feeder, { ca: broken }));
  assertMatch(found, /certificate|PEM/i);
  assertEquals(feeder.asked, []);
});

const WRONG = makeCertificates(`${FOLDER}/wrong`, { name: "DNS:elsewhere.example.com" });

httpTest("request() trusts no certificate of another host", { tls: WRONG.tls }, async (feeder) => {
  const found = reasonOf(await ask(feeder, { ca: await Deno.readTextFile(WRONG.caFile) }));
  assertMatch(found, /certificate/i);
  assertEquals(feeder.asked, []);
});

const hasFaketime = new Deno.Command("sh", { args: ["-c", "command -v faketime"] }).outputSync().success;
if (hasFaketime) {
  const old = makeCertificates(`${FOLDER}/old`, { isExpired: true });
  httpTest("request() trusts no certificate that is over", { tls: old.tls }, async (feeder) => {
    const found = reasonOf(await ask(feeder, { ca: await Deno.readTextFile(old.caFile) }));
    assertMatch(found, /certificate|expired/i);
    assertEquals(feeder.asked, []);
  });
}
