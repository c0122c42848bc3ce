/** The real `fetch` against servers on loopback. */
import { assertEquals, assertMatch } from "@std/assert";
import { createHttp } from "../../src/adapters/http.ts";
import type { HttpOutcome } from "../../src/ports.ts";

const OPTIONS = { userAgent: "agent/test", timeoutMs: 10_000 };

type Handler = (request: Request) => Response | Promise<Response>;

/** A server that lives as long as the body. */
async function withServer(handler: Handler, body: (url: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    await body(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** The clients of the runtime stay open, by design, as long as the process. */
function httpTest(name: string, body: () => Promise<void>): void {
  Deno.test({ name, fn: body, sanitizeResources: false });
}

httpTest("post() sends the text and our name, and gives the status", async () => {
  const seen: string[] = [];
  const handler = async (request: Request) => {
    const { method, headers } = request;
    seen.push(method, new URL(request.url).search, headers.get("user-agent") ?? "", await request.text());
    return new Response("OK", { status: 202 });
  };
  await withServer(handler, async (url) => {
    const outcome = await createHttp().post(`${url}/a?rid=1`, "tail ä\n", OPTIONS);
    assertEquals(outcome, { kind: "answered", status: 202 });
    assertEquals(seen, ["POST", "?rid=1", "agent/test", "tail ä\n"]);
  });
});

httpTest("post() follows redirects on the same host, with the text", async () => {
  const seen: string[] = [];
  const handler = async (request: Request) => {
    const path = new URL(request.url).pathname;
    seen.push(`${request.method} ${path} ${await request.text()}`);
    const status = { "/1": 301, "/2": 308 }[path];
    return status
      ? new Response(null, { status, headers: { location: `/${path === "/1" ? 2 : 3}` } })
      : new Response();
  };
  await withServer(handler, async (url) => {
    assertEquals(await createHttp().post(`${url}/1`, "x", OPTIONS), { kind: "answered", status: 200 });
    assertEquals(seen, ["POST /1 x", "POST /2 x", "POST /3 x"]);
  });
});

const refused: { what: string; location: string; reason: string }[] = [
  { what: "in a circle", location: "/", reason: "it was redirected more than 3 times" },
  { what: "to another host", location: "http://localhost/", reason: "it was redirected to another host" },
  { what: "to no address", location: "http://", reason: "it was redirected to no address" },
  { what: "to a file", location: "file:///etc/passwd", reason: "it was redirected to another host" },
];

for (const { what, location, reason } of refused) {
  httpTest(`post() is not redirected ${what}`, async () => {
    await withServer(() => new Response(null, { status: 302, headers: { location } }), async (url) => {
      assertEquals(await createHttp().post(url, "x", OPTIONS), { kind: "failed", reason });
    });
  });
}

function reasonOf(outcome: HttpOutcome): string {
  return outcome.kind === "failed" ? outcome.reason : `status ${outcome.status}`;
}

httpTest("post() gives up after its time, and when it is told to", async () => {
  const release = Promise.withResolvers<Response>();
  await withServer(() => release.promise, async (url) => {
    const http = createHttp();
    const late = await http.post(url, "x", { ...OPTIONS, timeoutMs: 100 });
    assertEquals(late, { kind: "failed", reason: "no answer within 0.1 s" });
    const giveUp = new AbortController();
    const given = http.post(url, "x", { ...OPTIONS, signal: giveUp.signal });
    giveUp.abort();
    assertEquals(await given, { kind: "failed", reason: "given up" });
    release.resolve(new Response());
  });
});

httpTest("post() tells why there is no answer, without the address", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const http = createHttp();
  const closed = reasonOf(await http.post(`http://127.0.0.1:${port}/secret`, "x", OPTIONS));
  assertMatch(closed, /refused/i);
  const unknown = reasonOf(await http.post("http://nosuch.invalid/secret", "x", OPTIONS));
  assertMatch(unknown, /dns|resolve|lookup/i);
  const nonsense = reasonOf(await http.post("nonsense://secret", "x", OPTIONS));
  for (const reason of [closed, unknown, nonsense]) assertEquals(/secret|http:/.test(reason), false, reason);
});

httpTest("post() takes no proxy from the environment, and the one that it is given", async () => {
  const before = Deno.env.get("HTTP_PROXY");
  const seen: string[] = [];
  const handler = (request: Request) => {
    seen.push(new URL(request.url).pathname);
    return new Response();
  };
  await withServer(handler, async (url) => {
    await withServer((request) => {
      seen.push(`proxy ${request.headers.get("host")}`);
      return new Response(null, { status: 299 });
    }, async (proxy) => {
      Deno.env.set("HTTP_PROXY", proxy);
      try {
        const http = createHttp();
        assertEquals(reasonOf(await http.post(`${url}/direct`, "x", OPTIONS)), "status 200");
        assertEquals(Deno.env.get("HTTP_PROXY"), proxy);
        const outcome = await http.post("http://monitor.invalid/x", "x", { ...OPTIONS, proxy });
        assertEquals([reasonOf(outcome), seen], ["status 299", ["/direct", "proxy monitor.invalid"]]);
      } finally {
        if (before === undefined) Deno.env.delete("HTTP_PROXY");
        else Deno.env.set("HTTP_PROXY", before);
      }
    });
  });
});
