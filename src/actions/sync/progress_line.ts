import type { Progress } from "../../core/sync/rsync_output.ts";
import { ProgressFilter } from "../../core/sync/rsync_output.ts";
import type { Stream, System } from "../../ports.ts";

const CLEAR = "\r\x1b[K";

/** Shows how far a transfer is in one line of the terminal, which gives way to the lines of the log. */
export class ProgressLine {
  readonly #terminal: Pick<System["terminal"], "write" | "columns">;
  readonly #title: string;
  readonly #filter: ProgressFilter;
  #isShown = false;

  /** The title says what is sent where. */
  constructor(terminal: Pick<System["terminal"], "write" | "columns">, title: string) {
    this.#terminal = terminal;
    this.#title = title;
    this.#filter = new ProgressFilter((progress) => this.#show(progress));
  }

  /** Takes the progress out of the output of rsync, and gives the rest. */
  filter(stream: Stream, chunk: Uint8Array): Uint8Array {
    const rest = stream === "stdout" ? this.#filter.push(chunk) : chunk;
    if (rest.length > 0) this.clear();
    return rest;
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#terminal.write("stderr", CLEAR);
    this.#isShown = false;
  }

  #show({ bytes, percent, rate, time }: Progress): void {
    const text = `${this.#title}  ${bytes} bytes  ${percent}%  ${rate}  ${time}`;
    const width = this.#terminal.columns;
    this.#terminal.write("stderr", `${CLEAR}${width > 1 ? text.slice(0, width - 1) : text}`);
    this.#isShown = true;
  }
}
