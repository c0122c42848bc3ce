/**
 * The settings of the terminal on standard input: echo, line editing, keys that signal.
 *
 * The C library is asked itself: the runtime knows raw and not raw only, and `stty` may be missing.
 *
 * @module
 */

/** Longer than `struct termios` of any Linux C library. */
const TERMIOS_BYTES = 256;
const STDIN = 0;
/** Without waiting for output, which a terminal that was stopped by Ctrl-S would never take. */
const TCSANOW = 0;

const SYMBOLS = {
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
} as const;

/**
 * Remembers the settings and gives what puts them back; both do nothing where there is no terminal.
 *
 * In the background nothing is put back: the terminal belongs to the operator's shell then, which has its own.
 */
export function keepTerminalSettings(): () => void {
  let library: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    library = Deno.dlopen("libc.so.6", SYMBOLS);
  } catch {
    return () => {};
  }
  const { tcgetattr, tcsetattr, tcgetpgrp, getpgrp } = library.symbols;
  const settings = new Uint8Array(TERMIOS_BYTES);
  const isKnown = tcgetattr(STDIN, settings) === 0;
  return () => {
    if (isKnown && tcgetpgrp(STDIN) === getpgrp()) tcsetattr(STDIN, TCSANOW, settings);
    library.close();
  };
}
