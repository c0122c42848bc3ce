/**
 * Other hosts that only seem to be there, in virtual time.
 *
 * @module
 */
import type { Clock, Http, HttpOptions, HttpOutcome } from "../../src/ports.ts";

/** How a host answers: with a status, with a failure, or never. */
export type FakeAnswer = number | "refused" | "hangs" | { readonly status: number; readonly afterMs: number };

/** A request that came, for assertions. */
export interface FakeRequest {
  readonly url: string;
  readonly body: string;
  readonly options: HttpOptions;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Answers each request as the test says, 200 without saying; a host that hangs is given up at the timeout. */
export class FakeHttp implements Http {
  readonly requests: FakeRequest[] = [];
  /** What the next requests get, in order; then `answer`. */
  readonly next: FakeAnswer[] = [];
  answer: FakeAnswer = 200;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What was asked, without hosts and run ids, such as `/check/start`. */
  get paths(): string[] {
    return this.requests.map(({ url }) => new URL(url).pathname);
  }

  async post(url: string, body: string, options: HttpOptions): Promise<HttpOutcome> {
    this.requests.push({ url, body, options, at: this.#clock.now() });
    const answer = this.next.shift() ?? this.answer;
    if (answer === "refused") return { kind: "failed", reason: "Connection refused" };
    if (typeof answer === "number") return { kind: "answered", status: answer };
    const ms = answer === "hangs" ? Infinity : answer.afterMs;
    await this.#clock.sleep(Math.min(ms, options.timeoutMs), options.signal);
    if (options.signal?.aborted) return { kind: "failed", reason: "given up" };
    if (answer === "hangs" || ms > options.timeoutMs) {
      return { kind: "failed", reason: `no answer within ${options.timeoutMs / 1000} s` };
    }
    return { kind: "answered", status: answer.status };
  }
}
