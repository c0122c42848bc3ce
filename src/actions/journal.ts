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
  /** Whether a person looks at it, rather than a file that keeps it. */
  readonly isConsole?: boolean;
}

/** Which sinks lines are for: `shown` is consoles only, `kept` is all others. */
export type Target = "all" | "shown" | "kept";

/** Writes log entries of one session to every sink; a sink that fails never fails the work. */
export class Journal {
  readonly #clock: Pick<Clock, "now">;
  readonly #session: Session;
  readonly #sinks: readonly Sink[];
  /** What no entry shows; also says where a long line of output may be cut. */
  readonly mask: Mask;

  readonly #prefix: string;

  constructor(
    clock: Pick<Clock, "now">,
    session: Session,
    sinks: readonly Sink[],
    mask: Mask = new Mask(),
    prefix = "",
  ) {
    this.#clock = clock;
    this.#session = session;
    this.#sinks = sinks;
    this.mask = mask;
    this.#prefix = prefix;
  }

  /** The same journal, hiding what the mask knows, now and later. */
  masking(mask: Mask): Journal {
    return new Journal(this.#clock, this.#session, this.#sinks, mask, this.#prefix);
  }

  /** The same journal, with one more place where its entries go. */
  alsoTo(sink: Sink): Journal {
    return new Journal(this.#clock, this.#session, [...this.#sinks, sink], this.mask, this.#prefix);
  }

  /** The same journal, with a text before each message. */
  prefixed(prefix: string): Journal {
    return new Journal(this.#clock, this.#session, this.#sinks, this.mask, this.#prefix + prefix);
  }

  /** The same journal, with something before and after each entry that a person looks at. */
  framing(frame: (write: () => void) => void): Journal {
    const framed = (log: Log): Log => ({ write: (entry) => frame(() => log.write(entry)) });
    const sinks = this.#sinks.map((sink) => sink.isConsole ? { ...sink, log: framed(sink.log) } : sink);
    return new Journal(this.#clock, this.#session, sinks, this.mask);
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

  /** Whether somebody looks on. */
  get hasConsole(): boolean {
    return this.#sinks.some(({ isConsole }) => isConsole);
  }

  /** Writes several entries of the same instant at once, which costs a file little more than one. */
  lines(level: Level, messages: readonly string[], rid?: string, target: Target = "all"): void {
    const at = this.#clock.now();
    const common = { at, level, ...this.#session, ...(rid === undefined ? {} : { rid }) };
    const entries: LogEntry[] = messages.map((message) => ({
      ...common,
      message: this.#prefix + this.mask.apply(message),
    }));
    for (const { log, level: least, isConsole = false } of this.#sinks) {
      const isMeant = target === "all" || isConsole === (target === "shown");
      if (isMeant && LEVELS.indexOf(level) >= LEVELS.indexOf(least)) writeQuietly(log, entries);
    }
  }

  #write(level: Level, message: string, rid: string | undefined): void {
    this.lines(level, [message], rid);
  }
}

/** A full disk or a closed terminal must not stop what is being logged. */
function writeQuietly(log: Log, entries: readonly LogEntry[]): void {
  try {
    if (log.writeAll) log.writeAll(entries);
    else for (const entry of entries) log.write(entry);
  } catch {
    return;
  }
}
