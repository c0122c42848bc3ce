import { isStatus, type Status } from "./status.ts";

/** Exit codes and the states that they stand for. */
export type Retcodes = ReadonlyMap<number, Status>;

const PAIR_REGEXP = /^(\d+):(.+)$/;
const MAX_EXIT_CODE = 255;
/** What counts where nothing is configured: `0:up 1:down`. */
export const DEFAULT_RETCODES: Retcodes = new Map([[0, "up"], [1, "down"]]);

/**
 * Reads `0:up 1:down 3:warn`; empty text is the standard map, `0:up 1:down`.
 *
 * Throws `SyntaxError` for what is no pair, a code above 255, an unknown state, a code that comes twice.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statusOfExitCode(parseRetcodes("0:up 3:warn"), 3), "warn");
 * ```
 */
export function parseRetcodes(text: string): Retcodes {
  const codes = new Map<number, Status>();
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const [, code, state] = PAIR_REGEXP.exec(word) ?? [];
    if (code === undefined || state === undefined || Number(code) > MAX_EXIT_CODE || !isStatus(state)) {
      throw new SyntaxError(`Cannot read the exit code map at "${word}": expected code:state, such as 0:up`);
    }
    if (codes.has(Number(code))) {
      throw new SyntaxError(
        `Cannot read the exit code map at "${word}": ${code} is there twice, expected once`,
      );
    }
    codes.set(Number(code), state);
  }
  return codes.size === 0 ? DEFAULT_RETCODES : codes;
}

/** Gives the state of an exit code; codes that are not in the map are `down`, 0 is `up`. */
export function statusOfExitCode(retcodes: Retcodes, code: number): Status {
  return retcodes.get(code) ?? (code === 0 ? "up" : "down");
}

/** True when the map says that the command did not fail: its code stands for `up` or `warn`. */
export function isSuccess(retcodes: Retcodes, code: number): boolean {
  const status = statusOfExitCode(retcodes, code);
  return status === "up" || status === "warn";
}
