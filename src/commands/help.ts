import type { CommandSpec } from "../cli/command.ts";
import { commandText, overviewText } from "../cli/help.ts";
import { UsageError } from "../cli/usage_error.ts";
import { findCommand } from "../cli/words.ts";
import { nearest } from "../core/text/nearest.ts";
import { TOPICS } from "./topics.ts";

/** `agent help [ACTION | TOPIC]` */
export const HELP: CommandSpec = {
  words: ["help"],
  scope: "agent",
  summary: "show actions, commands, flags and topics, or all about one of them",
  flags: [],
  positional: {
    name: "WORD",
    text: "the words of an action or command, or a topic",
    isMany: true,
    isOptional: true,
  },
  examples: [
    { command: "agent help print schedule", text: "shows the flags of an action, with examples" },
    { command: "agent help exit-codes", text: "shows what each exit code means" },
  ],
  run({ positionals, commands }, { terminal }) {
    terminal.write("stdout", helpText(positionals, commands));
    return Promise.resolve(0);
  },
};

/** A topic is found first, so that `help schedule` explains schedules. */
function helpText(words: readonly string[], commands: readonly CommandSpec[]): string {
  if (words.length === 0) return overviewText(commands, TOPICS);
  const topic = TOPICS.find(({ name }) => name === words.join("-"));
  if (topic) return `${topic.name}: ${topic.summary}\n\n${topic.text}`;
  try {
    return commandText(findCommand(words, commands).command);
  } catch (error) {
    const near = nearest(words.join("-"), TOPICS.map(({ name }) => name));
    if (!(error instanceof UsageError) || near === undefined) throw error;
    throw new UsageError(
      `Cannot show help on "${words.join(" ")}": there is no such topic; did you mean "${near}"?`,
    );
  }
}
