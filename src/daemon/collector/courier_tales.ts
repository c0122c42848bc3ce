import type { Journal } from "../../actions/journal.ts";
import type { CollectorTarget } from "../../core/collector/message.ts";
import type { Ledger } from "../../state/collector/spool_ledger.ts";

const NAMES: Readonly<Record<CollectorTarget, string>> = {
  feeder: "the collector",
  compliance: "the collector for compliance",
};

/** What the log says of the way to the collector: the beginning and the end of a trouble, and not each try. */
export class CourierTales {
  readonly #journal: Pick<Journal, "info" | "warning" | "error">;
  readonly #lost = new Map<string, string>();
  #isRegistered: boolean | undefined;
  #trouble: string | undefined;
  #dropped: number | undefined;
  #isFull = false;

  constructor(journal: Pick<Journal, "info" | "warning" | "error">) {
    this.#journal = journal;
  }

  registration(isRegistered: boolean): void {
    if (this.#isRegistered === isRegistered) return;
    if (!isRegistered) {
      this.#journal.warning(
        "the collector is told nothing: this node is not registered, see agent node register",
      );
    } else if (this.#isRegistered === false) this.#journal.info("this node is registered now");
    this.#isRegistered = isRegistered;
  }

  lose(target: CollectorTarget, reason: string): void {
    if (this.#lost.get(target) === reason) return;
    this.#lost.set(target, reason);
    this.#journal.warning(`${NAMES[target]} cannot be told: ${reason}; what waits is kept, and tried again`);
  }

  /** Some messages of a kind cannot be told, and others can. */
  hold(kind: string, reason: string): void {
    if (this.#lost.get(kind) === reason) return;
    this.#lost.set(kind, reason);
    this.#journal.warning(
      `some messages (${kind}) cannot be told: ${reason}; they are kept, and tried again`,
    );
  }

  reach(target: CollectorTarget): void {
    if (this.#lost.delete(target)) this.#journal.info(`${NAMES[target]} can be told again`);
  }

  /** The courier itself cannot work. */
  trouble(reason: string): void {
    if (this.#trouble !== reason) this.#journal.error(`the collector is told nothing: ${reason}`);
    this.#trouble = reason;
  }

  work(): void {
    this.#trouble = undefined;
  }

  /** Told once while it goes on: until nothing waits any more. */
  dropped({ dropped, count }: Ledger): void {
    const before = this.#dropped ?? dropped;
    if (dropped > before && !this.#isFull) {
      this.#isFull = true;
      this.#journal.error(
        "the spool for the collector, or its disk, is full: the oldest reports are dropped",
      );
    }
    if (this.#isFull && count === 0) {
      this.#isFull = false;
      this.#journal.warning(`the spool is empty again; ${dropped} messages were dropped so far`);
    }
    this.#dropped = dropped;
  }
}
