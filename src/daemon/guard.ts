import type { Journal } from "../actions/journal.ts";
import { messageOf } from "../core/error_text.ts";

/** Keeps what goes wrong with one service, and that nobody planned, from stopping the others: told once, until it is another thing. */
export class Guard {
  readonly #journal: Pick<Journal, "error">;
  readonly #failed = new Map<string, string>();

  constructor(journal: Pick<Journal, "error">) {
    this.#journal = journal;
  }

  /** Does the work, and gives whether it went well. */
  async try(key: string, work: () => void | Promise<void>): Promise<boolean> {
    try {
      await work();
      this.#failed.delete(key);
      return true;
    } catch (error) {
      const reason = messageOf(error);
      if (this.#failed.get(key) !== reason) this.#journal.error(`${key}: ${reason}`);
      this.#failed.set(key, reason);
      return false;
    }
  }
}
