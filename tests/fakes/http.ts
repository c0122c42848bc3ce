/**
 * Other hosts that only seem to be there, in virtual time.
 *
 * @module
 */
import type { Clock, Http, HttpOptions, HttpOutcome, HttpReply, HttpRequest } from "../../src/ports.ts";

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

/** How a server that knows the node answers: with a status and a text, with a failure, or never. */
export type FakeReply =
  | number
  | "refused"
  | "hangs"
  | {
    readonly status: number;
    readonly text?: string;
    readonly retryAfter?: string;
    readonly afterMs?: number;
  };

/** A request with credentials that came, for assertions. */
export interface FakeAsked extends HttpRequest {
  /** Such as `POST /feeder/api/daemon/ping`. */
  readonly line: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Answers each request as the test says, 200 without saying; a host that hangs is given up at the timeout. */
export class FakeHttp implements Http {
  readonly requests: FakeRequest[] = [];
  /** What the next requests get, in order; then `answer`. */
  readonly next: FakeAnswer[] = [];
  answer: FakeAnswer = 200;
  /** Requests with credentials, in order. */
  readonly asked: FakeAsked[] = [];
  /** What requests with credentials get: an accepted, empty answer unless the test says otherwise. */
  reply: FakeReply | ((asked: FakeAsked) => FakeReply) = 202;
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

  async request(request: HttpRequest): Promise<HttpReply> {
    const { method, url, timeoutMs, signal, maxBytes } = request;
    const asked = { ...request, line: `${method} ${new URL(url).pathname}`, at: this.#clock.now() };
    this.asked.push(asked);
    const reply = typeof this.reply === "function" ? this.reply(asked) : this.reply;
    if (reply === "refused") return { kind: "failed", reason: "Connection refused" };
    const { status, text = "{}", afterMs = 0, retryAfter } = replyOf(reply);
    await this.#clock.sleep(Math.min(afterMs, timeoutMs), signal);
    if (signal?.aborted) return { kind: "failed", reason: "given up" };
    if (afterMs > timeoutMs) return { kind: "failed", reason: `no answer within ${timeoutMs / 1000} s` };
    if (text.length > maxBytes) {
      return { kind: "failed", reason: `the answer is larger than ${maxBytes} bytes` };
    }
    return { kind: "answered", status, text, retryAfter };
  }
}

function replyOf(
  reply: Exclude<FakeReply, "refused">,
): Exclude<FakeReply, number | string> {
  if (reply === "hangs") return { status: 0, afterMs: Infinity };
  return typeof reply === "number" ? { status: reply } : reply;
}
