/**
 * An operator at a terminal: a shell in a window of tmux, which types, looks, and changes the size of the window.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Box, e2eTest, exec, exists, needs, PATH, until, type Variables } from "./box.ts";

export interface Window {
  /** The shell of the operator, with its arguments. */
  readonly shell?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Variables;
}

/** How long anything may take to be shown, on a machine with much else to do. */
const PATIENCE_MS = 60_000;

export class Screen {
  readonly #socket: string;
  readonly #env: Variables;

  private constructor(box: Box, env: Variables) {
    this.#socket = `${box.path}/tmux`;
    this.#env = env;
  }

  /** Opens the window; the server of tmux is the box's own, and ends with it. */
  static async open(
    box: Box,
    { shell = ["/bin/sh"], columns = 100, rows = 40, env = {} }: Window = {},
  ): Promise<Screen> {
    const screen = new Screen(box, { ...box.env, TERM: "xterm", PS1: "$ ", ...env });
    // Without a shell's own file, which would be the operator's taste.
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await screen.#tmux("-f", "/dev/null", "new-session", "-d", ...size, ...shell);
    await screen.shows(/\$$/);
    return screen;
  }

  /** Types a text as it is. */
  async type(text: string): Promise<void> {
    // At the end of a word, tmux takes a semicolon for its own.
    await this.#tmux("send-keys", "-l", "--", text.replace(/;$/, "\\;"));
  }

  /** Types a line and ends it. */
  async enter(line: string): Promise<void> {
    if (line !== "") await this.type(line);
    await this.press("Enter");
  }

  /** Presses a key, by the name that tmux gives it, such as `C-c`. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** Everything that was shown, long lines in one piece, without blanks at their ends. */
  async text(): Promise<string> {
    const { stdout } = await this.#tmux("capture-pane", "-p", "-J", "-S", "-");
    return stdout.replace(/ +$/gm, "").trimEnd();
  }

  /** Waits until the window shows what is wanted, and gives the match. */
  async shows(wanted: RegExp): Promise<RegExpExecArray> {
    let match: RegExpExecArray | null = null;
    let text = "";
    await until(`the terminal shows ${wanted}`, async () => {
      text = await this.text();
      match = wanted.exec(text);
      return match !== null;
    }, PATIENCE_MS).catch((error) => {
      throw new Error(`${error.message}, but:\n${text}`);
    });
    return match!;
  }

  /** Enters a command line of the operator's shell, waits for its end, and gives its exit code and what it showed. */
  async run(line: string): Promise<{ readonly code: number; readonly text: string }> {
    await this.start(line);
    return await this.ended();
  }

  /** Enters a command line of the operator's shell, whose end `ended` waits for. */
  async start(line: string): Promise<void> {
    await this.#tmux("send-keys", "-R");
    await this.#tmux("clear-history");
    await this.enter(`${line}; echo "<code $?>"`);
  }

  async ended(): Promise<{ readonly code: number; readonly text: string }> {
    const [text, code] = await this.shows(/^[^]*<code (\d+)>/);
    return { code: Number(code), text };
  }

  /** The settings of the terminal, as `stty -g` tells them. */
  async settings(): Promise<string> {
    const { text } = await this.run("stty -g");
    return /^[0-9a-f]+(?::[0-9a-f]+)+$/m.exec(text)![0];
  }

  /** The path of the terminal that the operator's shell has. */
  async tty(): Promise<string> {
    return (await this.#tmux("list-panes", "-F", "#{pane_tty}")).stdout.trim();
  }

  /** Closes the window, and waits until tmux and the shell have ended. */
  async close(): Promise<void> {
    const { stdout } = await this.#tmux("list-panes", "-F", "#{pid} #{pane_pid}");
    await this.#tmux("kill-server");
    const isThere = (pid: string) => exists(`/proc/${pid}`);
    await until("tmux and the shell have ended", () => !stdout.trim().split(" ").some(isThere), PATIENCE_MS);
  }

  async #tmux(...words: readonly string[]) {
    const outcome = await exec(["tmux", "-u", "-S", this.#socket, ...words], { env: { PATH, ...this.#env } });
    if (outcome.code !== 0) throw new Error(`tmux ${words[0]}: ${outcome.stderr}`);
    return outcome;
  }
}

interface ScreenTestOptions {
  readonly window?: Window;
  readonly leftOut?: string | undefined;
}

/** A test with an operator at a terminal. */
export function screenTest(
  name: string,
  body: (box: Box, screen: Screen) => Promise<void>,
  { window, leftOut }: ScreenTestOptions = {},
): void {
  const test = (box: Box) => withScreen(box, (screen) => body(box, screen), window);
  e2eTest(name, test, { leftOut: leftOut ?? needs({ programs: ["tmux", "script"] }) });
}

/** Opens a window for the work; the settings of its terminal must be the same after it. */
export async function withScreen(
  box: Box,
  work: (screen: Screen) => Promise<void>,
  window?: Window,
): Promise<void> {
  const screen = await Screen.open(box, window);
  try {
    const before = await screen.settings();
    await work(screen);
    assertEquals(await screen.settings(), before, "the settings of the terminal");
  } finally {
    await screen.close();
  }
}
