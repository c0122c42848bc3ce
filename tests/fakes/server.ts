/**
 * Unix sockets in memory.
 *
 * @module
 */
import type { Server, ServerReply, ServerRequest } from "../../src/ports.ts";
import type { FakeFiles } from "./files.ts";

type Answer = (request: ServerRequest) => ServerReply | Promise<ServerReply>;

/** Whoever asks gets the answer of whoever serves in the same system; the socket is there as a file. */
export class FakeServer implements Server {
  readonly #files: FakeFiles;
  readonly #serving = new Map<string, Answer>();
  /** Thrown by `serve` when it is set. */
  failure: Error | undefined;
  /** True for a server that never answers in time. */
  isStuck = false;

  constructor(files: FakeFiles) {
    this.#files = files;
  }

  /** The sockets that are listened on. */
  get sockets(): string[] {
    return [...this.#serving.keys()];
  }

  serve(socket: string, answer: Answer): AsyncDisposable {
    if (this.failure) throw this.failure;
    this.#files.put(socket, "");
    this.#serving.set(socket, answer);
    return {
      [Symbol.asyncDispose]: () => {
        this.#serving.delete(socket);
        this.#files.remove(socket);
        return Promise.resolve();
      },
    };
  }

  ask(socket: string, path: string): Promise<ServerReply | undefined> {
    return this.request(socket, { method: "GET", path });
  }

  /** Asks with any method. */
  async request(socket: string, request: ServerRequest): Promise<ServerReply | undefined> {
    return this.isStuck ? undefined : await this.#serving.get(socket)?.(request);
  }
}
