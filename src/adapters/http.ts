/**
 * Requests to other hosts, by the runtime's own `fetch`.
 *
 * @module
 */
import type { Http, HttpOptions, HttpOutcome, HttpReply, HttpRequest } from "../ports.ts";

const MAX_REDIRECTS = 3;
/** What answers a POST with "ask there instead". */
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** Any client of the runtime takes proxies from these, at the moment when it is made. */
const PROXY_VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/** Makes the door to other hosts; nothing is set up before the first request. */
export function createHttp(): Http {
  const clients = new Map<string, Deno.HttpClient>();
  const clientFor = ({ proxy, ca }: Trust) => {
    const key = `${proxy ?? ""}\n${ca ?? ""}`;
    const known = clients.get(key);
    if (known) return known;
    const client = createClient({ proxy, ca });
    clients.set(key, client);
    return client;
  };
  const bounded = async <Outcome>(
    options: HttpOptions,
    work: (signal: AbortSignal) => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: "failed"; readonly reason: string }> => {
    const timeout = AbortSignal.timeout(Math.max(1, options.timeoutMs));
    const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
    try {
      return await work(signal);
    } catch (error) {
      return { kind: "failed", reason: reasonOf(error, options, timeout) };
    }
  };
  return {
    post: (url, body, options) =>
      bounded(options, (signal) => postFollowing(clientFor(options), { url, body, options, signal })),
    request: (request) => bounded(request, (signal) => askOnce(clientFor(request), request, signal)),
  };
}

/** What makes one client another one. */
interface Trust {
  readonly proxy?: string | undefined;
  readonly ca?: string | undefined;
}

/** A proxy is configured, never inherited from whoever started the agent. */
function createClient({ proxy, ca }: Trust): Deno.HttpClient {
  const inherited = PROXY_VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  for (const [name] of inherited) Deno.env.delete(name);
  try {
    return Deno.createHttpClient({
      ...(proxy === undefined ? {} : { proxy: { url: proxy } }),
      ...(ca === undefined ? {} : { caCerts: [ca] }),
    });
  } finally {
    for (const [name, value] of inherited) if (value !== undefined) Deno.env.set(name, value);
  }
}

async function askOnce(
  client: Deno.HttpClient,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { method, url, headers = {}, body, login, userAgent, maxBytes } = request;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
      accept: "application/json",
      "user-agent": userAgent,
      ...(login === undefined ? {} : { authorization: basic(login) }),
    },
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    client,
    signal,
  });
  const text = await readText(response, maxBytes);
  if (text === undefined) return { kind: "failed", reason: `the answer is larger than ${maxBytes} bytes` };
  const retryAfter = response.headers.get("retry-after") ?? undefined;
  return { kind: "answered", status: response.status, text, retryAfter };
}

function basic({ user, password }: NonNullable<HttpRequest["login"]>): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** The whole body as text; undefined when it is longer than allowed. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop gives the rest of the answer up.
    if (size > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

interface Exchange {
  readonly url: string;
  readonly body: string;
  readonly options: HttpOptions;
  readonly signal: AbortSignal;
}

/** The runtime would turn a redirected POST into a GET, and carry the text to any host. */
async function postFollowing(
  client: Deno.HttpClient,
  { url, body, options, signal }: Exchange,
): Promise<HttpOutcome> {
  let target = new URL(url);
  for (let redirects = 0;; redirects++) {
    const response = await fetch(target, {
      method: "POST",
      body,
      headers: { "content-type": "text/plain; charset=utf-8", "user-agent": options.userAgent },
      redirect: "manual",
      client,
      signal,
    });
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) {
      return { kind: "answered", status: response.status };
    }
    const next = nextOf(location, target, redirects);
    if (typeof next === "string") return { kind: "failed", reason: next };
    target = next;
  }
}

/** Where a redirect leads, or why it is not followed. */
function nextOf(location: string, from: URL, redirects: number): URL | string {
  if (redirects >= MAX_REDIRECTS) return `it was redirected more than ${MAX_REDIRECTS} times`;
  if (!URL.canParse(location, from)) return "it was redirected to no address";
  const to = new URL(location, from);
  if (to.hostname !== from.hostname) return "it was redirected to another host";
  const isSafe = to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:");
  return isSafe ? to : "it was redirected from https to something else";
}

/** The runtime's messages name the address, which is a secret, and a port of ours, which is another one each time. */
function reasonOf(error: unknown, options: HttpOptions, timeout: AbortSignal): string {
  if (timeout.aborted) return `no answer within ${Math.round(options.timeoutMs / 100) / 10} s`;
  if (options.signal?.aborted) return "given up";
  if (!(error instanceof Error)) return "the request failed";
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^error sending request\b.*?: (?:client error \(\w+\): )/, "")
    .replace(/^error sending request( for url \(\S*\))?: /, "")
    .replace(/\b[a-z]+:\/\/\S+/gi, "the address");
}
