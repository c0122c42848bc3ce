/**
 * A wire to a server, on loopback, that fails in every way that a network can.
 *
 * @module
 */

/** How the wire behaves to who connects from now on. */
export type WireState =
  | "well"
  /** Nobody listens. */
  | "refuses"
  /** The connection is taken, and nothing comes. */
  | "hangs"
  /** The connection ends as soon as something was said. */
  | "resets"
  /** The answer ends in its middle. */
  | "breaks off"
  /** The answer comes byte by byte, slowly. */
  | "trickles"
  /** What answers speaks no HTTP at all. */
  | "garbage";

/** How much of an answer comes before it breaks off, in bytes. */
const HALF = 30;
/** Between two bytes of a trickle, in milliseconds. */
const TRICKLE_MS = 200;

/** Takes connections at a port that stays the same, and passes them on to another one. */
export class Wire {
  readonly port: number;
  readonly #target: number;
  #state: WireState = "well";
  #listener: Deno.TcpListener | undefined;
  readonly #open = new Set<Deno.TcpConn>();

  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    void this.#serve(this.#listener);
  }

  get state(): WireState {
    return this.#state;
  }

  /** Ends what is connected, and treats who comes from now on otherwise. */
  set state(state: WireState) {
    this.#state = state;
    this.#cut();
    if (state === "refuses") {
      this.#listener?.close();
      this.#listener = undefined;
    } else if (!this.#listener) {
      this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
      void this.#serve(this.#listener);
    }
  }

  close(): void {
    this.#listener?.close();
    this.#listener = undefined;
    this.#cut();
  }

  #cut(): void {
    for (const connection of this.#open) closeQuietly(connection);
    this.#open.clear();
  }

  async #serve(listener: Deno.TcpListener): Promise<void> {
    try {
      for await (const connection of listener) {
        this.#open.add(connection);
        void this.#pass(connection).catch(() => {}).finally(() => {
          this.#open.delete(connection);
          closeQuietly(connection);
        });
      }
    } catch {
      // The listener is closed.
    }
  }

  async #pass(connection: Deno.TcpConn): Promise<void> {
    const state = this.#state;
    const buffer = new Uint8Array(16_384);
    if (state === "hangs") {
      while (await connection.read(buffer) !== null);
      return;
    }
    if (state === "resets") return void await connection.read(buffer);
    if (state === "garbage") {
      await connection.read(buffer);
      return void await connection.write(new TextEncoder().encode("220 smtp.example.com ready\r\n"));
    }
    const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    this.#open.add(server);
    try {
      await Promise.race([pump(connection, server), this.#answer(state, server, connection)]);
    } finally {
      this.#open.delete(server);
      closeQuietly(server);
    }
  }

  async #answer(state: WireState, from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    if (state === "well") return await pump(from, to);
    const buffer = new Uint8Array(state === "breaks off" ? HALF : 1);
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) return;
      await to.write(buffer.subarray(0, count));
      if (state === "breaks off") return;
      await new Promise((resolve) => setTimeout(resolve, TRICKLE_MS));
    }
  }
}

async function pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const count = await from.read(buffer);
    if (count === null) return;
    for (let done = 0; done < count;) done += await to.write(buffer.subarray(done, count));
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
