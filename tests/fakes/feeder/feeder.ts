/**
 * A collector on loopback that stands in for the real one: it checks every body, remembers what it took, and fails when it
 * is told to.
 *
 * @module
 */
import { ENDPOINTS } from "./endpoints.ts";
import type { WireState } from "./wire.ts";
import { Wire } from "./wire.ts";

/** A request that came. */
export interface Asked {
  readonly method: string;
  /** Such as `/feeder/api/object/config`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What it authenticated with, as `user:password`; empty without. */
  readonly login: string;
}

/** What is answered; JSON unless it is a text. */
export interface Answer {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FeederOptions {
  /** Nodes by name, with their passwords. */
  readonly nodes?: Readonly<Record<string, string>>;
  /** People who may register nodes, with their passwords. */
  readonly users?: Readonly<Record<string, string>>;
  /** Certificate and key, as PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether a node must have told of itself before it tells of its services. */
  readonly isStrict?: boolean;
}

/** More paths that are answered, by a handler of its own; undefined for what it does not know. */
export type MoreAnswers = (asked: Asked) => Answer | undefined;

const NEEDS_CLUSTER = ["/api/object/config", "/api/instance/action"];

/** The stand-in; `await using` ends it. */
export class Feeder implements AsyncDisposable {
  /** What was taken, in order. */
  readonly accepted: Asked[] = [];
  /** What was wrong with what came, each with its path. */
  readonly complaints: string[] = [];
  /** Everything that came, whatever the answer. */
  readonly asked: Asked[] = [];
  /** Answers instead of the usual ones, as long as it gives some. */
  override: MoreAnswers | undefined;
  /** What else is here, such as JSON-RPC. */
  more: MoreAnswers | undefined;
  /** What a sign of life is answered with. */
  pong: Answer = { status: 202, body: {} };
  readonly nodes: Map<string, string>;
  readonly #options: FeederOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #wire: Wire;
  readonly #known = new Set<string>();

  constructor(options: FeederOptions = {}) {
    this.#options = options;
    this.nodes = new Map(Object.entries(options.nodes ?? {}));
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {}, ...(options.tls ?? {}) },
      (request) => this.#handle(request),
    );
    this.#wire = new Wire(this.#server.addr.port);
  }

  /** What `[node] collector` has to be. */
  get url(): string {
    return `${this.#options.tls ? "https" : "http"}://127.0.0.1:${this.#wire.port}`;
  }

  set network(state: WireState) {
    this.#wire.state = state;
  }

  /** The paths of what was taken, without `/feeder/api/`, in order. */
  get paths(): string[] {
    return this.accepted.map(({ path }) => path.replace("/feeder/api/", ""));
  }

  /** Bodies that were taken at a path such as `object/config`. */
  bodies(path: string): Readonly<Record<string, unknown>>[] {
    return this.accepted.filter((asked) => asked.path === `/feeder/api/${path}`).map(({ body }) => body);
  }

  /** Waits until that holds; throws after 30 s, telling what came. */
  async until(isDone: () => boolean, what = "the collector"): Promise<void> {
    const end = performance.now() + 30_000;
    while (!isDone()) {
      if (performance.now() > end) {
        throw new Error(`Waited in vain for ${what}: ${this.paths.join(" ")}; ${this.complaints.join("; ")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.close();
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const asked: Asked = {
      method: request.method,
      path: pathname,
      body: parse(text),
      login: loginOf(request.headers.get("authorization")),
    };
    this.asked.push(asked);
    const { status, body, headers = {} } = this.override?.(asked) ?? this.#answer(asked);
    if (status >= 200 && status < 300) this.accepted.push(asked);
    const isBodiless = status === 204 || status === 304;
    return new Response(isBodiless ? null : typeof body === "string" ? body : JSON.stringify(body ?? {}), {
      status,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  #answer(asked: Asked): Answer {
    const more = this.more?.(asked);
    if (more) return more;
    if (asked.path === "/server/api/auth/node") return this.#register(asked);
    if (asked.path === "/feeder/api/version") return { status: 200, body: { version: "test" } };
    if (!asked.path.startsWith("/feeder/")) return { status: 404, body: { text: "not found" } };
    const [user = "", password] = splitLogin(asked.login);
    if (password === undefined || this.nodes.get(user) !== password) {
      return { status: 401, body: { text: "bad credentials" } };
    }
    return this.#feed(asked, user);
  }

  #feed({ method, path, body }: Asked, node: string): Answer {
    const own = path.slice("/feeder".length);
    const check = ENDPOINTS[`${method} ${own}`];
    if (!check) return this.#complain(404, `${method} ${own}: there is no such endpoint`);
    const problems = check(body, own);
    if (problems.length > 0) return this.#complain(400, problems.join(", "));
    if (own === "/api/daemon/ping") return this.pong;
    if (own === "/api/node/system" || own === "/api/daemon/status") this.#known.add(node);
    if (this.#options.isStrict && NEEDS_CLUSTER.includes(own) && !this.#known.has(node)) {
      return { status: 409, body: { text: "no cluster id" } };
    }
    const isBegin = method === "POST" && own === "/api/instance/action";
    return { status: 202, body: isBegin ? { uuid: crypto.randomUUID() } : {} };
  }

  #complain(status: number, complaint: string): Answer {
    this.complaints.push(complaint);
    return { status, body: { text: complaint } };
  }

  #register({ body, login }: Asked): Answer {
    const [user = "", password] = splitLogin(login);
    const isKnown = password !== undefined && this.#options.users?.[user] === password;
    if (!isKnown) return { status: 401, body: { text: "bad user or password" } };
    const { nodename, app } = body;
    if (typeof nodename !== "string" || nodename === "") {
      return this.#complain(400, "nodename: expected a text");
    }
    if (app !== undefined && app !== "shop") return { status: 400, body: { text: `unknown app ${app}` } };
    const uuid = this.nodes.get(nodename) ?? crypto.randomUUID();
    this.nodes.set(nodename, uuid);
    return { status: 200, body: { uuid, info: "registered" } };
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function loginOf(header: string | null): string {
  const sealed = /^Basic (\S+)$/.exec(header ?? "")?.[1];
  if (sealed === undefined) return "";
  return new TextDecoder().decode(Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0)));
}

function splitLogin(login: string): [user?: string, password?: string] {
  const at = login.indexOf(":");
  return at < 0 ? [] : [login.slice(0, at), login.slice(at + 1)];
}
