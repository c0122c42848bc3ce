import type { CommandSpec } from "../../cli/command.ts";
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
  run({ positionals, flags }, { terminal }) {
    scheduleOf({ positionals });
    const hints = checkSchedule(positionals.join(" "));
    const text = () => ["ok", ...hints.map((hint) => `hint: ${hint}`)].join("\n");
    writeValue(terminal, { valid: true, hints }, text, flags.format);
    return Promise.resolve(0);
  },
};
