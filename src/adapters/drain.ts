/**
 * Reading what a process writes.
 *
 * @module
 */

export interface Drain {
  /** Resolves when the pipe is at its end, or was let go of. */
  readonly done: Promise<void>;
  /** Stops reading and closes the pipe. */
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

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk(value);
  }
}
