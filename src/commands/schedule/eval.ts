import type { CommandSpec } from "../../cli/command.ts";
import { evaluateLine } from "../../core/schedule/eval.ts";

/** `agent schedule eval` */
export const SCHEDULE_EVAL: CommandSpec = {
  words: ["schedule", "eval"],
  scope: "schedule",
  summary: "answer questions about schedules, one JSON object a line",
  flags: [],
  examples: [{
    command: `echo '{"schedule":"@10","now":"2026-03-02T10:00:00"}' | agent schedule eval`,
    text: "prints the next run of a schedule that never ran",
  }],
  details:
    'A line of the input is {"schedule": text or list, "now": T, "last": T or null, "timezone": ZONE}; the ' +
    'answer is {"next": T or null} or {"error": "…"}, on the same line of the output. T is YYYY-MM-DDTHH:MM:SS in ' +
    "the zone (UTC by default); with an offset in now, the answer has one too. An id is echoed. The random place of " +
    "~ is left out.",
  async run(_invocation, { terminal }) {
    const lines = (await terminal.readInput()).split("\n");
    // The text after the last line break is a line only when there is some.
    if (lines.at(-1) === "") lines.pop();
    terminal.write("stdout", lines.map((line) => `${evaluateLine(line)}\n`).join(""));
    return 0;
  },
};
