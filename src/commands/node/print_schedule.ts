import { explainNode } from "../../actions/schedule/explain.ts";
import { nodeScheduleRows } from "../../actions/schedule/rows.ts";
import type { CommandSpec } from "../../cli/command.ts";
import { writeRows } from "../../cli/output.ts";
import { agentFor } from "../context.ts";
import { writeExplanations } from "../explanation_text.ts";
import { reportDaemon, reportStamps, SCHEDULE_COLUMNS, SCHEDULE_FIELDS } from "../print_schedule.ts";

/** `agent node print schedule` */
export const NODE_PRINT_SCHEDULE: CommandSpec = {
  words: ["node", "print", "schedule"],
  aliases: [["node", "schedule", "list"]],
  scope: "node",
  summary: "show what the node does by itself: last and next runs, and the schedules",
  isData: true,
  flags: [{ name: "explain", kind: "boolean", text: "say what keeps each from running now: every gate" }],
  examples: [
    { command: "agent node print schedule", text: "what the node does by itself, and when" },
    { command: "agent node print schedule --explain", text: "why something did not happen" },
  ],
  details:
    "The schedules are keywords of node.conf, such as [asset] schedule; @0 is never. The fields of --format json are " +
    "those of agent SERVICE print schedule; path and rid are null. A dash as next run means never, or not as things " +
    "are: reason says why.",
  run(invocation, system) {
    const { flags } = invocation;
    const agent = agentFor(invocation, system);
    if (flags.boolean("explain")) {
      writeExplanations(system, explainNode(agent), flags.format);
      return Promise.resolve(0);
    }
    const rows = nodeScheduleRows(agent);
    writeRows(system.terminal, rows, { fields: SCHEDULE_FIELDS, columns: SCHEDULE_COLUMNS }, flags.format);
    if (!flags.boolean("quiet")) {
      reportStamps(agent, rows);
      reportDaemon(agent);
    }
    return Promise.resolve(0);
  },
};
