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
/** Where `c_lflag` is in `struct termios` of Linux, behind three others of four bytes, and the bit that echoes. */
const LOCAL_FLAGS = 12;
const ECHO = 0o10;
/** Without waiting for output, which a terminal that was stopped by Ctrl-S would never take. */
const TCSANOW = 0;

const SYMBOLS = {
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
} as const;

/**
 * Stops the terminal from showing what is typed, and gives what puts its settings back. Throws `Error` where that cannot be
 * done: a secret must not be shown.
 */
export function hideInput(): () => void {
  const library = Deno.dlopen("libc.so.6", SYMBOLS);
  const { tcgetattr, tcsetattr } = library.symbols;
  const settings = new Uint8Array(TERMIOS_BYTES);
  const isKnown = tcgetattr(STDIN, settings) === 0;
  const hidden = settings.slice();
  const flags = new DataView(hidden.buffer);
  flags.setUint32(LOCAL_FLAGS, flags.getUint32(LOCAL_FLAGS, true) & ~ECHO, true);
  if (!isKnown || tcsetattr(STDIN, TCSANOW, hidden) !== 0) {
    library.close();
    throw new Error("Cannot hide what is typed: the terminal does not let its settings be changed");
  }
  return () => {
    tcsetattr(STDIN, TCSANOW, settings);
    library.close();
  };
}

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
