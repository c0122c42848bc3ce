import type { CommandSpec } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import { writeValue } from "../../cli/output.ts";
import { checkSchedule } from "../../core/schedule/check.ts";
import { scheduleOf } from "./question.ts";

/** `agent schedule check EXPRESSION` */
export const SCHEDULE_CHECK: CommandSpec = {
  words: ["schedule", "check"],
  scope: "schedule",
  summary: "say whether a schedule can be read, and what in it surprises",
  isData: true,
  flags: [],
  positional: { name: "EXPRESSION", text: "the schedule; quote it", isMany: true },
  examples: [
    {
      command: "agent schedule check '@10 fri:last'",
      text: "hints at what the last Friday of a month is written as",
    },
  ],
  details: "An expression that cannot be read is an error with its position, exit code 3.",
  run({ positionals, flags: { format } }, { terminal }) {
    const error = problemOf(positionals);
    // For people the line on standard error says it all; a program wants its answer.
    if (error && format === "table") throw error;
    const hints = error ? [] : checkSchedule(positionals.join(" "));
    const text = () => ["ok", ...hints.map((hint) => `hint: ${hint}`)].join("\n");
    writeValue(terminal, { valid: error === undefined, hints, error: error?.message ?? null }, text, format);
    return Promise.resolve(error ? EXIT_CODES.unreadable : EXIT_CODES.done);
  },
};

function problemOf(positionals: readonly string[]): SyntaxError | undefined {
  try {
    scheduleOf({ positionals });
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}
