/**
 * The agent's own standard streams.
 *
 * @module
 */
import type { Bytes, Stream, Terminal } from "../ports.ts";
import { keepTerminalSettings } from "./terminal_settings.ts";

const ENCODER = new TextEncoder();

/** Makes the terminal over standard input, output and error. */
export function createTerminal(): Terminal {
  return {
    isTerminal: {
      get stdin() {
        return Deno.stdin.isTerminal();
      },
      get stdout() {
        return Deno.stdout.isTerminal();
      },
      get stderr() {
        return Deno.stderr.isTerminal();
      },
    },
    get columns() {
      return columns();
    },
    write,
    readInput: () => new Response(Deno.stdin.readable).text(),
    readInputBytes: async (): Promise<Bytes> =>
      new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer()),
    keepSettings: keepTerminalSettings,
  };
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 0;
  }
}

/** Writes everything, also to a slow pipe; throws `Deno.errors.BrokenPipe` when the reader is gone. */
function write(stream: Stream, data: string | Uint8Array): void {
  const bytes = typeof data === "string" ? ENCODER.encode(data) : data;
  for (let done = 0; done < bytes.length;) done += writeSome(stream, bytes.subarray(done));
}

function writeSome(stream: Stream, bytes: Uint8Array): number {
  try {
    return Deno[stream].writeSync(bytes);
  } catch (error) {
    // Somebody else made the shared pipe non-blocking: wait until it takes bytes again.
    if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
