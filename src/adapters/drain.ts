/**
 * Reading what a process writes.
 *
 * @module
 */

export interface Drain {
  /** Resolves when the pipe is at its end, or was let go of. */
  readonly done: Promise<void>;
  /** Stops reading and closes the pipe; what was read is still handed over before `done` resolves. */
  letGo(): void;
}

/** Hands each chunk of the pipe over as it comes. */
export function drain(pipe: ReadableStream<Uint8Array>, onChunk: (chunk: Uint8Array) => void): Drain {
  const reader = pipe.getReader();
  return {
    done: readAll(reader, onChunk),
    letGo: () => void reader.cancel().catch(() => {}),
  };
}

/** How much work on output is done without a break, in milliseconds; most commands make less, and need no timer. */
const TURN_MS = 20;
/** The most that is handed over at once, in bytes: each may be a line of its own, and a line has its price. */
const SLICE_BYTES = 4096;

/**
 * A pipe that is always full is read without a turn of the event loop: then no timer, no signal and no other process
 * is heard any more. So a reader gives way, every few milliseconds.
 */
async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  let workMs = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let from = 0; from < value.length; from += SLICE_BYTES) {
      const start = performance.now();
      onChunk(value.subarray(from, from + SLICE_BYTES));
      workMs += performance.now() - start;
      if (workMs < TURN_MS) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      workMs = 0;
    }
  }
}
