import { shortenMessage } from "../text/shorten.ts";

/** Where in a configuration something is wrong; lines are counted from 1. */
export interface ConfigPosition {
  readonly line: number;
  readonly section?: string;
  readonly option?: string;
}

/** Thrown when a configuration text cannot be read at all; nothing of the object can be used then. */
export class ConfigSyntaxError extends SyntaxError {
  override readonly name = "ConfigSyntaxError";

  constructor(problem: string, readonly position: ConfigPosition) {
    super(`Cannot read the configuration at line ${position.line}: ${problem}`);
  }
}

/** Thrown when one value cannot be evaluated or converted; the other values stay usable. */
export class ConfigValueError extends SyntaxError {
  override readonly name = "ConfigValueError";

  /** The line of the value; undefined when it comes from outside of the file (a default, a flag). */
  readonly line: number | undefined;
  readonly section: string;
  readonly option: string;

  constructor(
    readonly problem: string,
    position: { readonly line?: number | undefined; readonly section: string; readonly option: string },
    options?: ErrorOptions,
  ) {
    const place = position.line === undefined ? "" : ` at line ${position.line}`;
    super(shortenMessage(`Cannot use ${position.section}.${position.option}${place}: ${problem}`), options);
    this.line = position.line;
    this.section = position.section;
    this.option = position.option;
  }
}
