import { examine } from "../actions/doctor/examine.ts";
import { isColored, paint } from "../cli/color.ts";
import type { Color } from "../cli/color.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import { writeRows } from "../cli/output.ts";
import type { Finding, FindingStatus } from "../core/doctor/finding.ts";
import { escapeCell } from "../core/text/escape.ts";
import { padTo, widthOf } from "../core/text/width.ts";
import type { System } from "../ports.ts";

/** `agent doctor` */
export const DOCTOR: CommandSpec = {
  words: ["doctor"],
  scope: "agent",
  summary: "look at everything that the agent depends on, and say what to do",
  isData: true,
  flags: [],
  examples: [
    { command: "agent doctor", text: "exits with 0 when nothing is an error, else with 1" },
    { command: "agent doctor --format json", text: "the same for programs" },
  ],
  details:
    "Wrappers and users, folders and room, control groups, limits, clock, zones, daemon, runs and the trust in " +
    "configurations. It is safe at any time, works for every user, and changes nothing.",
  run: doctor,
};

const FIELDS = ["check", "status", "found", "advice"] as const;
const COLORS: Readonly<Record<FindingStatus, Color | undefined>> = {
  ok: "green",
  info: "lightBlue",
  warn: "brown",
  error: "red",
};
const STATUS_WIDTH = 7;

async function doctor({ flags }: Invocation, system: System): Promise<number> {
  const findings = await examine(system, { root: flags.string("root") });
  if (flags.format === "table") {
    const isPainted = isColored(flags.string("color"), "stdout", system.terminal, system.host.environment);
    const color = (status: FindingStatus) => isPainted ? COLORS[status] : undefined;
    system.terminal.write("stdout", textOf(findings, (status) => paint(status, color(status))));
  } else writeRows(system.terminal, findings, { fields: FIELDS, columns: [] }, flags.format);
  return findings.some(({ status }) => status === "error") ? EXIT_CODES.failed : EXIT_CODES.done;
}

/** A line for each finding, and one below it that says what to do. */
function textOf(findings: readonly Finding[], painted: (status: FindingStatus) => string): string {
  const width = Math.max(...findings.map(({ check }) => widthOf(check))) + 2;
  return findings.map(({ check, status, found, advice }) => {
    const begin = `${painted(status)}${" ".repeat(STATUS_WIDTH - status.length)}${
      padTo(escapeCell(check), width)
    }`;
    const below = advice === "" ? "" : `${" ".repeat(STATUS_WIDTH + width)}-> ${escapeCell(advice)}\n`;
    return `${begin}${escapeCell(found)}\n${below}`;
  }).join("");
}
