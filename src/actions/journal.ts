import type { Level, LogEntry } from "../core/log/entry.ts";
import { LEVELS } from "../core/log/entry.ts";
import { Mask } from "../core/secrets/mask.ts";
import type { Clock, Log } from "../ports.ts";

/** What the entries of one session have in common. */
export interface Session {
  readonly path?: string;
  readonly sessionId?: string;
  readonly isScheduled?: boolean;
}

/** Where entries go, and from which level on. */
export interface Sink {
  readonly log: Log;
  readonly level: Level;
}

/** Writes log entries of one session to every sink; a sink that fails never fails the work. */
export class Journal {
  readonly #clock: Pick<Clock, "now">;
  readonly #session: Session;
  readonly #sinks: readonly Sink[];
  /** What no entry shows; also says where a long line of output may be cut. */
  readonly mask: Mask;

  constructor(clock: Pick<Clock, "now">, session: Session, sinks: readonly Sink[], mask: Mask = new Mask()) {
    this.#clock = clock;
    this.#session = session;
    this.#sinks = sinks;
    this.mask = mask;
  }

  /** The same journal, hiding what the mask knows, now and later. */
  masking(mask: Mask): Journal {
    return new Journal(this.#clock, this.#session, this.#sinks, mask);
  }

  debug(message: string, rid?: string): void {
    this.#write("DEBUG", message, rid);
  }

  info(message: string, rid?: string): void {
    this.#write("INFO", message, rid);
  }

  warning(message: string, rid?: string): void {
    this.#write("WARNING", message, rid);
  }

  error(message: string, rid?: string): void {
    this.#write("ERROR", message, rid);
  }

  #write(level: Level, message: string, rid: string | undefined): void {
    const entry: LogEntry = {
      at: this.#clock.now(),
      level,
      message: this.mask.apply(message),
      ...this.#session,
      ...(rid === undefined ? {} : { rid }),
    };
    for (const sink of this.#sinks) {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(sink.level)) continue;
      try {
        sink.log.write(entry);
      } catch {
        // A full disk or a closed terminal must not stop what is being logged.
      }
    }
  }
}
