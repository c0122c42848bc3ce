import type { ActionLine } from "./action_body.ts";
import { MAX_MESSAGE, trimMessage } from "./action_body.ts";

/** How many lines of the beginning, and as many of the end, are kept. */
const MAX_LINES = 100;
/** How many characters of the beginning, and as many of the end, are kept. */
const MAX_CHARACTERS = 100_000;

/** Keeps the first and the last lines of what may be very many. */
export class LineKeeper {
  readonly #head: ActionLine[] = [];
  #tail: ActionLine[] = [];
  #headSize = 0;
  #tailSize = 0;
  #leftOut = 0;

  add(line: ActionLine): void {
    const kept = line.message.length > MAX_MESSAGE ? { ...line, message: trimMessage(line.message) } : line;
    const size = kept.message.length;
    const isEarly = this.#tail.length === 0 && this.#leftOut === 0 && this.#head.length < MAX_LINES;
    if (isEarly && this.#headSize + size <= MAX_CHARACTERS) {
      this.#head.push(kept);
      this.#headSize += size;
      return;
    }
    this.#tail.push(kept);
    this.#tailSize += size;
    while (this.#tail.length > MAX_LINES || this.#tailSize > MAX_CHARACTERS) {
      this.#tailSize -= this.#tail.shift()!.message.length;
      this.#leftOut++;
    }
  }

  /** In order, with a line in the place of those that were not kept. */
  get lines(): readonly ActionLine[] {
    const [next] = this.#tail;
    if (this.#leftOut === 0 || next === undefined) return [...this.#head, ...this.#tail];
    const message = `${this.#leftOut} lines are left out here`;
    return [...this.#head, { at: next.at, level: "INFO", message }, ...this.#tail];
  }
}
