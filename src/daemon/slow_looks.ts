/**
 * Questions that take time, asked beside the loop: a requirement on an application or a container must not hold up the
 * tasks of other services.
 */
export class SlowLooks<Answer> {
  readonly #pending = new Set<string>();
  readonly #answers = new Map<string, Answer>();
  readonly #onAnswer: (key: string) => void;

  constructor(onAnswer: (key: string) => void) {
    this.#onAnswer = onAnswer;
  }

  /** The answer of an earlier call, once; else asks, unless that goes on already, and tells when there is one. */
  take(key: string, ask: () => Promise<Answer>): { readonly answer: Answer } | undefined {
    if (this.#answers.has(key)) {
      const answer = this.#answers.get(key)!;
      this.#answers.delete(key);
      return { answer };
    }
    if (!this.#pending.has(key)) void this.#ask(key, ask);
    return undefined;
  }

  async #ask(key: string, ask: () => Promise<Answer>): Promise<void> {
    this.#pending.add(key);
    try {
      this.#answers.set(key, await ask());
    } catch {
      // It is asked again at the next look.
      this.#answers.delete(key);
    } finally {
      this.#pending.delete(key);
    }
    this.#onAnswer(key);
  }
}
