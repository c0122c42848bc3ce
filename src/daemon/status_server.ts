import type { Journal } from "../actions/journal.ts";
import { METRICS_TYPE } from "../core/text/metrics.ts";
import type { Server, ServerReply, ServerRequest } from "../ports.ts";

/** What can be asked for; nothing can be changed. */
export interface Views {
  status(): object;
  metrics(): Promise<string>;
}

const JSON_TYPE = "application/json";
const METHODS = "GET, HEAD";

/** Answers on the socket until disposed; where that is not possible the log says so, and the daemon goes on. */
export function serveStatus(
  server: Pick<Server, "serve">,
  socket: string,
  views: Views,
  journal: Journal,
): AsyncDisposable {
  try {
    return server.serve(socket, async (request) => {
      try {
        return await answer(request, views);
      } catch (error) {
        journal.error(`${request.path} cannot be told: ${messageOf(error)}`);
        return json(500, { error: "the daemon cannot tell, its log says why" });
      }
    });
  } catch (error) {
    journal.warning(`status and metrics are not served: ${messageOf(error)}`);
    return { [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

async function answer({ method, path }: ServerRequest, views: Views): Promise<ServerReply> {
  if (method !== "GET" && method !== "HEAD") {
    return { ...json(405, { error: `${method} is not possible, expected ${METHODS}` }), allow: METHODS };
  }
  switch (path) {
    case "/":
    case "/status":
      return json(200, views.status());
    case "/metrics":
      return { status: 200, type: METRICS_TYPE, body: await views.metrics() };
    default:
      return json(404, { error: `there is no ${path}, expected /status or /metrics` });
  }
}

function json(status: number, value: object): ServerReply {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value, null, 2)}\n` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
