import { type Level, LEVELS, type LogEntry } from "../core/log/entry.ts";
import { formatConsoleLine } from "../core/log/format.ts";
import type { Clock, Log, Terminal } from "../ports.ts";
import { LEVEL_COLORS, paint } from "./color.ts";

/** How a `ConsoleLog` looks, and how much it says. */
export interface ConsoleLogOptions {
  readonly isColored: boolean;
  /** Entries below this level are left out. */
  readonly level: Level;
}

/** The log on standard error, in the time zone of the host. */
export class ConsoleLog implements Log {
  readonly #terminal: Pick<Terminal, "write">;
  readonly #clock: Pick<Clock, "timeZone">;
  readonly #options: ConsoleLogOptions;

  constructor(terminal: Pick<Terminal, "write">, clock: Pick<Clock, "timeZone">, options: ConsoleLogOptions) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#options = options;
  }

  write(entry: LogEntry): void {
    if (LEVELS.indexOf(entry.level) < LEVELS.indexOf(this.#options.level)) return;
    const line = formatConsoleLine(entry, this.#clock.timeZone());
    const color = this.#options.isColored ? LEVEL_COLORS[entry.level] : undefined;
    this.#terminal.write("stderr", `${paint(line, color)}\n`);
  }
}
