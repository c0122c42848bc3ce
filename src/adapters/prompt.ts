/**
 * Questions on the agent's standard input.
 *
 * @module
 */
import type { Answer, Prompt, Terminal } from "../ports.ts";
import { noteOwnChild } from "./orphans.ts";
import { hideInput } from "./terminal_settings.ts";

/**
 * Reads one line. The shell takes a pipe byte by byte, so that what follows the line is left for the task; the runtime
 * would read a whole buffer, and could not give up a pending read.
 */
const READ_LINE = 'IFS= read -r line || [ -n "$line" ] || exit 1; printf %s "$line"';

/** Each ends the wait, so that no reading shell is left behind. */
const STOPS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type Ending = "silence" | "interrupted" | undefined;

/** Makes the prompt, which shows its questions on the terminal. */
export function createPrompt(terminal: Pick<Terminal, "write" | "isTerminal">): Prompt {
  return {
    async ask(question, timeoutMs, shownOn) {
      terminal.write(shownOn, question);
      const answer = await readLine(timeoutMs);
      if (!terminal.isTerminal.stdin || answer.kind !== "line") terminal.write(shownOn, "\n");
      return answer;
    },
    async askSecretly(question, timeoutMs, shownOn) {
      const { stdin: isTerminal } = terminal.isTerminal;
      const show = isTerminal ? hideInput() : () => {};
      try {
        terminal.write(shownOn, question);
        const answer = await readLine(timeoutMs);
        terminal.write(shownOn, "\n");
        return answer;
      } finally {
        show();
      }
    },
  };
}

async function readLine(timeoutMs: number): Promise<Answer> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", READ_LINE],
    clearEnv: true,
    stdin: "inherit",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let ending: Ending;
  const end = (why: Ending) => {
    ending ??= why;
    kill(child);
  };
  const timer = setTimeout(() => end("silence"), timeoutMs);
  const interrupt = () => end("interrupted");
  for (const name of STOPS) Deno.addSignalListener(name, interrupt);
  try {
    const { success, signal, stdout } = await noteOwnChild(child).output();
    if (ending) return { kind: ending };
    // The terminal's interrupt reaches the shell as well as the agent, and may end it first.
    if (signal === "SIGINT") return { kind: "interrupted" };
    return success ? { kind: "line", text: new TextDecoder().decode(stdout) } : { kind: "end" };
  } finally {
    clearTimeout(timer);
    for (const name of STOPS) Deno.removeSignalListener(name, interrupt);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has just ended.
  }
}
