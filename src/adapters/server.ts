/**
 * HTTP on a unix socket: answering, and asking.
 *
 * @module
 */
import type { Server, ServerReply, ServerRequest } from "../ports.ts";
import { ifPresent } from "./paths.ts";

/** Takes the right to read, write and enter from everybody but the owner. */
const OWNER_ONLY = 0o177;

/** Makes the server; nothing of HTTP is loaded before it is needed. */
export function createServer(): Server {
  return { serve, ask };
}

function serve(
  socket: string,
  answer: (request: ServerRequest) => ServerReply | Promise<ServerReply>,
): AsyncDisposable {
  removeStale(socket);
  // With it the runtime would listen elsewhere, on the network.
  Deno.env.delete("DENO_SERVE_ADDRESS");
  const closing = new AbortController();
  const before = Deno.umask(OWNER_ONLY);
  try {
    const { finished } = Deno.serve(
      {
        transport: "unix",
        path: socket,
        signal: closing.signal,
        onListen() {},
        onError: () => new Response(null, { status: 500 }),
      },
      async ({ method, url }) => responseOf(await answer({ method, path: new URL(url).pathname })),
    );
    return {
      async [Symbol.asyncDispose]() {
        closing.abort();
        await finished;
      },
    };
  } finally {
    Deno.umask(before);
  }
}

/** The file of a socket stays when its process is killed, and nobody could bind to it. */
function removeStale(socket: string): void {
  const facts = ifPresent(() => Deno.lstatSync(socket));
  if (facts === undefined) return;
  if (!facts.isSocket) {
    throw new Error(`Cannot listen on "${socket}": it is no socket, expected one, or nothing`);
  }
  Deno.removeSync(socket);
}

function responseOf({ status, type, body, allow }: ServerReply): Response {
  const headers = new Headers({ "content-type": type, "cache-control": "no-store" });
  if (allow !== undefined) headers.set("allow", allow);
  return new Response(body, { status, headers });
}

async function ask(socket: string, path: string, timeoutMs: number): Promise<ServerReply | undefined> {
  if (ifPresent(() => Deno.lstatSync(socket).isSocket) !== true) return undefined;
  const client = Deno.createHttpClient({ proxy: { transport: "unix", path: socket } });
  try {
    const reply = await fetch(`http://localhost${path}`, { client, signal: AbortSignal.timeout(timeoutMs) });
    const body = await reply.text();
    return { status: reply.status, type: reply.headers.get("content-type") ?? "", body };
  } catch {
    // Nobody listens any more, or not to this user, or the answer takes too long.
    return undefined;
  } finally {
    client.close();
  }
}
