import type { CommandSpec } from "../cli/command.ts";
import { completionScript, SHELLS } from "../cli/completion.ts";

/** `agent completion bash|zsh|fish` */
export const COMPLETION: CommandSpec = {
  words: ["completion"],
  scope: "agent",
  summary: "print a script that completes words, flags and services in a shell",
  flags: [],
  positional: { name: "SHELL", text: `the shell: ${SHELLS.join(", ")}`, choices: SHELLS },
  examples: [
    { command: "source <(agent completion bash)", text: "completes in this bash" },
    {
      command: "agent completion fish > ~/.config/fish/completions/agent.fish",
      text: "completes in every fish",
    },
  ],
  run({ positionals, commands }, { terminal }) {
    const shell = SHELLS.find((name) => name === positionals[0]) ?? "bash";
    terminal.write("stdout", completionScript(shell, commands));
    return Promise.resolve(0);
  },
};
