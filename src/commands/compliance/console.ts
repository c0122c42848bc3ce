import type { Onlooker } from "../../actions/compliance/request.ts";
import { paint } from "../../cli/color.ts";
import { banner, digestOf } from "../../core/compliance/result.ts";
import type { ModuleResult } from "../../core/compliance/result.ts";
import type { StepAction } from "../../core/compliance/sequence.ts";
import { statusOf, statusText } from "../../core/compliance/sequence.ts";
import { escapeControl } from "../../core/text/escape.ts";
import { formatElapsed } from "../../core/text/quantity.ts";
import type { Stream, Terminal } from "../../ports.ts";

const COLORS = { ok: "green", nok: "red", "n/a": "gray" } as const;

/** Shows a run on standard output as it goes, in the shape that OpenSVC gives it. */
export class ConsoleOnlooker implements Onlooker {
  readonly #terminal: Pick<Terminal, "write">;
  readonly #isColored: boolean;
  readonly #hasPaths: boolean;

  /** With `hasPaths`, each service is named before its modules. */
  constructor(terminal: Pick<Terminal, "write">, isColored: boolean, hasPaths: boolean) {
    this.#terminal = terminal;
    this.#isColored = isColored;
    this.#hasPaths = hasPaths;
  }

  begin(path: string): void {
    if (this.#hasPaths) this.#say(`SERVICE:  ${path}`);
  }

  module(name: string): void {
    this.#say(banner(name));
  }

  step(action: StepAction): void {
    this.#say(`ACTION:   ${action}`);
  }

  line(stream: Stream, text: string): void {
    this.#say(`${stream === "stderr" ? "ERR: " : ""}${escapeControl(text)}`);
  }

  stepEnd(code: number): void {
    const text = statusText(code);
    this.#say(`STATUS:   ${this.#isColored ? paint(text, COLORS[statusOf(code)]) : text}`);
  }

  problem(reason: string): void {
    this.#say(`ERR: ${escapeControl(reason)}`);
  }

  end(results: readonly ModuleResult[], seconds: number): void {
    const { notApplicable, passed, errors } = digestOf(results);
    this.#say(banner("digest"));
    this.#say(`${notApplicable} n/a`);
    this.#say(`${passed} passed`);
    this.#say(`${errors} ${errors > 1 ? "errors" : "error"}`);
    this.#say(`total duration: ${formatElapsed(seconds)}`);
  }

  #say(line: string): void {
    this.#terminal.write("stdout", `${line}\n`);
  }
}

/** Shows nothing: what programs read comes in one piece at the end. */
export const SILENT: Onlooker = {
  begin() {},
  module() {},
  step() {},
  line() {},
  stepEnd() {},
  problem() {},
  end() {},
};
