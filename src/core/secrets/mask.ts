/** What stands in place of a secret. */
export const MASKED = "xxxx";

/** Shorter pieces of a secret would be found in every second word. */
export const MIN_LENGTH = 4;

/**
 * Hides known secrets in texts. Of a secret over several lines each line is one, without blanks at its ends.
 *
 * Secrets are added as they are read; an empty mask leaves every text alone.
 *
 * @example
 * ```ts
 * const mask = new Mask();
 * mask.add("hunter2");
 * mask.apply("the password is hunter2"); // "the password is xxxx"
 * ```
 */
export class Mask {
  #values: readonly string[] = [];
  #reach = 0;

  /** Adds a secret; what is shorter than four characters cannot be hidden. */
  add(secret: string): void {
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    const found = lines.filter((line) => line.length >= MIN_LENGTH);
    this.#values = [...new Set([...this.#values, ...found])];
    this.#reach = Math.max(0, ...this.#values.map(({ length }) => length - 1));
  }

  /** How many more characters it takes, at most, to see whether a secret began at the last one: its length less one. */
  get reach(): number {
    return this.#reach;
  }

  /** The text with every secret replaced; secrets that overlap become one. */
  apply(text: string): string {
    let shown = "";
    let at = 0;
    for (const { start, end } of this.#find(text)) {
      shown += text.slice(at, start) + MASKED;
      at = end;
    }
    return at === 0 ? text : shown + text.slice(at);
  }

  /** Where to cut a text at `at` or near it, so that no secret is cut in two; never 0. */
  cutAt(text: string, at: number): number {
    const crossed = this.#find(text).find(({ start, end }) => start < at && at < end);
    if (crossed === undefined) return at;
    return crossed.start > 0 ? crossed.start : crossed.end;
  }

  /** The places of secrets, in order, none touching the next one's inside. */
  #find(text: string): { readonly start: number; end: number }[] {
    const places: { start: number; end: number }[] = [];
    for (const value of this.#values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        places.push({ start: at, end: at + value.length });
      }
    }
    if (places.length < 2) return places;
    places.sort((a, b) => a.start - b.start);
    const merged: { start: number; end: number }[] = [];
    for (const place of places) {
      const last = merged.at(-1);
      if (last && place.start < last.end) last.end = Math.max(last.end, place.end);
      else merged.push(place);
    }
    return merged;
  }
}
