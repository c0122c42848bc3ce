/**
 * Questions that take time, asked beside the loop: a requirement on an application or a container must not hold up the
 * tasks of other services.
 */
export class SlowLooks<Answer> {
  readonly #pending = new Set<string>();
  readonly #answers = new Map<string, { readonly answer: Answer } | { readonly error: unknown }>();
  readonly #onAnswer: (key: string) => void;

  constructor(onAnswer: (key: string) => void) {
    this.#onAnswer = onAnswer;
  }

  /**
   * The answer of an earlier call, once; else asks, unless that goes on already, and tells when there is one. Throws
   * what the question threw.
   */
  take(key: string, ask: () => Promise<Answer>): { readonly answer: Answer } | undefined {
    const found = this.#answers.get(key);
    if (found !== undefined) {
      this.#answers.delete(key);
      if ("error" in found) throw found.error;
      return found;
    }
    if (!this.#pending.has(key)) void this.#ask(key, ask);
    return undefined;
  }

  async #ask(key: string, ask: () => Promise<Answer>): Promise<void> {
    this.#pending.add(key);
    try {
      this.#answers.set(key, { answer: await ask() });
    } catch (error) {
      this.#answers.set(key, { error });
    } finally {
      this.#pending.delete(key);
    }
    this.#onAnswer(key);
  }
}
