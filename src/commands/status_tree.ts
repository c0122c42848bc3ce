/**
 * The status of one service as a tree, in the look of the reference.
 *
 * @module
 */
import type { InstanceStatus, ResourceReport, RunSummary } from "../actions/status/instance_status.ts";
import type { Color } from "../cli/color.ts";
import { localTime } from "../core/log/local_time.ts";
import type { Status } from "../core/status.ts";
import { escapeCell } from "../core/text/escape.ts";
import { padTo, widthOf } from "../core/text/width.ts";

/** What the tree needs to know besides the status. */
export interface TreeOptions {
  readonly zone: string;
  readonly isDaemonRunning: boolean;
  paint(text: string, color: Color | undefined): string;
}

/** A line: the branch, three columns, and which status colours the third one. */
interface Line {
  readonly name: string;
  readonly flags: string;
  readonly status: Status | "";
  readonly text: string;
}

const MIN_NAME_WIDTH = 27;
const FLAGS_WIDTH = 9;
const STATUS_WIDTH = 11;
const DEFAULT_PRIORITY = 100;

/** Driver groups in the order of the reference; others come last. */
const GROUPS = ["ip", "volume", "disk", "fs", "share", "container", "app", "sync", "task"];

/** Draws the tree, each line ended by a line break. */
export function statusTree(status: InstanceStatus, options: TreeOptions): string {
  const lines: Line[] = [
    { name: status.path, flags: "", status: status.avail, text: status.overall === "warn" ? "warn" : "" },
    line("`- instances"),
    {
      name: `   \`- ${status.node}`,
      flags: "",
      status: status.avail,
      text: noticesOf(status, options).join(", "),
    },
    ...status.problems.filter(({ rid }) => rid === null).map(({ level, text }) =>
      line("", `${level}: ${text}`)
    ),
    ...resourceLines(status, options),
  ];
  const width = Math.max(MIN_NAME_WIDTH, ...lines.map(({ name }) => widthOf(name) + 1));
  return lines.map((each) => `${drawLine(each, width, options)}\n`).join("");
}

function line(name: string, text = ""): Line {
  return { name, flags: "", status: "", text };
}

function drawLine({ name, flags, status, text }: Line, width: number, { paint }: TreeOptions): string {
  const shown = status === "" ? "" : paint(status, STATUS_COLORS[status]);
  const gap = " ".repeat(STATUS_WIDTH - status.length);
  return `${padTo(escapeCell(name), width)}${flags.padEnd(FLAGS_WIDTH)}${shown}${gap}${escapeCell(text)}`
    .trimEnd();
}

const STATUS_COLORS: Readonly<Record<Status, Color | undefined>> = {
  "up": "green",
  "down": "red",
  "warn": "brown",
  "n/a": "gray",
  "undef": "red",
  "stdby up": "green",
  "stdby down": "red",
};

function noticesOf(status: InstanceStatus, { isDaemonRunning }: TreeOptions): string[] {
  const notices = [
    [status.overall === "warn", "warn"],
    [status.unusable === "refused", "not trusted"],
    [status.unusable === "broken", "broken configuration"],
    [status.frozen !== 0, "frozen"],
    [status.disabled, "disabled"],
    [status.provisioned === false, "not provisioned"],
    [status.provisioned === "mixed", "part-provisioned"],
    [status.priority !== DEFAULT_PRIORITY, `p${status.priority}`],
    [!isDaemonRunning, "daemon down"],
  ] as const;
  return notices.filter(([isTrue]) => isTrue).map(([, text]) => text);
}

/** A resource, or a subset with its resources. */
type Branch =
  | { readonly kind: "resource"; readonly rid: string; readonly report: ResourceReport }
  | { readonly kind: "subset"; readonly name: string; readonly rids: readonly string[] };

function resourceLines(status: InstanceStatus, options: TreeOptions): Line[] {
  const branches = branchesOf(status);
  return branches.flatMap((branch, i) => {
    const isLast = i === branches.length - 1;
    const stem = isLast ? "      `- " : "      |- ";
    const below = isLast ? "         " : "      |  ";
    if (branch.kind === "resource") return linesOf(branch.rid, branch.report, stem, below, options);
    const isParallel = status.subsets[branch.name]?.parallel === true;
    return [
      line(`${stem}${branch.name}${isParallel ? " //" : ""}`),
      ...branch.rids.flatMap((rid, j) => {
        const isEnd = j === branch.rids.length - 1;
        const report = status.resources[rid]!;
        return linesOf(
          rid,
          report,
          `${below}${isEnd ? "`- " : "|- "}`,
          `${below}${isEnd ? "   " : "|  "}`,
          options,
        );
      }),
    ];
  });
}

/** Resources without a subset first, in the order of their groups, then those with one. */
function branchesOf({ resources }: InstanceStatus): Branch[] {
  const branches: Branch[] = [];
  const rids = Object.keys(resources);
  const groups = new Set([...GROUPS, ...rids.map(groupOf)]);
  for (const group of groups) {
    const members = rids.filter((rid) => groupOf(rid) === group);
    for (const rid of members) {
      const report = resources[rid]!;
      if (report.subset === "") branches.push({ kind: "resource", rid, report });
    }
    const subsets = Map.groupBy(members, (rid) => resources[rid]!.subset);
    for (const subset of [...subsets.keys()].filter((name) => name !== "").sort()) {
      branches.push({ kind: "subset", name: `${group}:${subset}`, rids: subsets.get(subset)! });
    }
  }
  return branches;
}

function groupOf(rid: string): string {
  return rid.slice(0, rid.indexOf("#"));
}

function linesOf(
  rid: string,
  report: ResourceReport,
  stem: string,
  below: string,
  options: TreeOptions,
): Line[] {
  const notes = [
    ...report.log,
    ...runNote("last run on schedule", report.last_run, options),
    ...runNote("last run by hand", report.last_manual_run, options),
  ];
  return [
    { name: `${stem}${rid}`, flags: flagsOf(report), status: report.status, text: report.label },
    ...notes.map((text) => line(below.trimEnd(), text)),
  ];
}

/** Running, monitored, disabled, optional, encapsulated, provisioned, standby, restarts: a dot stands for no. */
function flagsOf(report: ResourceReport): string {
  const provisioned = report.provisioned === undefined ? "/" : report.provisioned.state ? "." : "P";
  return [
    report.running > 0 ? "R" : ".",
    report.monitor ? "M" : ".",
    report.disable ? "D" : ".",
    report.optional ? "O" : ".",
    ".",
    provisioned,
    report.standby ? "S" : ".",
    report.restart === 0 ? "." : report.restart > 9 ? "+" : String(report.restart),
  ].join("");
}

function runNote(title: string, run: RunSummary | null, { zone }: TreeOptions): string[] {
  if (run === null) return [];
  const at = Date.parse(run.at ?? "");
  const when = Number.isNaN(at) ? "unknown" : shortTime(at, zone);
  const code = run.exitcode ?? "unknown";
  const duration = run.duration === null ? "" : `, took ${Math.round(run.duration * 10) / 10} s`;
  const reason = run.reason ? `, ${run.reason}` : "";
  return [`${title}: ${when}, code ${code}${duration}${reason}`];
}

function shortTime(at: number, zone: string): string {
  const { date, time } = localTime(at, zone);
  return `${date} ${time.slice(0, 8)}`;
}
