import type { Journal } from "../actions/journal.ts";

/** Reasons that the log of the daemon has: each is told once, until it is another one. */
export class Told {
  readonly #journal: Journal;
  readonly #reasons = new Map<string, string>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Logs why something is as it is, unless that was the last that was told of it. */
  tell(key: string, reason: string, level: "warning" | "info" = "warning"): void {
    if (this.note(key, reason)) this.#journal[level](`${key}: ${reason}`);
  }

  /** The same for who logs it in other words: whether it is news. */
  note(key: string, reason: string): boolean {
    if (this.#reasons.get(key) === reason) return false;
    this.#reasons.set(key, reason);
    return true;
  }

  /** It is over: the same reason will be news. */
  forget(key: string): void {
    this.#reasons.delete(key);
  }

  forgetAll(): void {
    this.#reasons.clear();
  }
}
