import type { Signals, StopSignal } from "../../ports.ts";

const NUMBERS: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/**
 * A wish to stop what runs: the first call asks for it, a second one hurries (no grace any more).
 *
 * Everything that waits listens to `asked`; what ends process trees also listens to `hurried`.
 */
export class StopRequest {
  readonly #asked = new AbortController();
  readonly #hurried = new AbortController();
  #signal: StopSignal | undefined;
  #deaf = 0;

  /** Aborted from the first wish on. */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** Aborted from the second wish on. */
  get hurried(): AbortSignal {
    return this.#hurried.signal;
  }

  /** The signal that asked first. */
  get signal(): StopSignal | undefined {
    return this.#signal;
  }

  /** 128 + n of the signal that asked, as shells tell it. */
  get exitCode(): number {
    return 128 + NUMBERS[this.#signal ?? "SIGTERM"];
  }

  ask(signal: StopSignal): void {
    if (signal === "SIGINT" && this.#deaf > 0) return;
    if (this.#asked.signal.aborted) this.#hurried.abort();
    this.#signal ??= signal;
    this.#asked.abort();
  }

  /** Leaves INT to somebody else, such as a command that has the terminal, until the function that it gives is called. */
  ignoreInterrupts(): () => void {
    this.#deaf++;
    return () => void this.#deaf--;
  }

  /** For what must still run after a wish to stop, such as `on_error`: only the second wish stops it. */
  afterwards(): StopRequest {
    const later = new StopRequest();
    const ask = () => later.ask(this.#signal ?? "SIGTERM");
    if (this.hurried.aborted) ask();
    this.hurried.addEventListener("abort", ask, { once: true });
    return later;
  }

  /** Lets INT, TERM and HUP ask, until disposed. */
  listen(signals: Signals): Disposable {
    return signals.on(["SIGINT", "SIGTERM", "SIGHUP"], (signal) => this.ask(signal));
  }
}
