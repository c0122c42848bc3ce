import type { ComplianceReport, ComplianceRequest, Onlooker } from "../../actions/compliance/request.ts";
import { runCompliance } from "../../actions/compliance/run.ts";
import { reapAsInit } from "../../actions/init.ts";
import { StopRequest } from "../../actions/run/stop_request.ts";
import { isColored } from "../../cli/color.ts";
import type { CommandSpec, Invocation, Scope } from "../../cli/command.ts";
import type { FlagSpec } from "../../cli/flag_spec.ts";
import { writeRows } from "../../cli/output.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { ModuleResult } from "../../core/compliance/result.ts";
import type { ComplianceAction } from "../../core/compliance/sequence.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { ConsoleOnlooker, SILENT } from "./console.ts";
import { MODULE_FLAG, MODULESET_FLAG, namesOf } from "./names.ts";
import { forEach, subjectsFor } from "./subjects.ts";
import { RESULT_VIEW } from "./views.ts";

const FLAGS: readonly FlagSpec[] = [
  MODULESET_FLAG,
  MODULE_FLAG,
  { name: "attach", kind: "boolean", text: "attach the modulesets that --moduleset names before" },
  {
    name: "force",
    kind: "boolean",
    text: "call each module with the action alone, without the calls around it",
  },
  {
    name: "waitlock",
    kind: "duration",
    default: "0",
    valueName: "TIME",
    text: "how long to wait while another compliance run of the same goes on",
  },
];

const CRON_FLAG: FlagSpec = {
  name: "cron",
  kind: "boolean",
  text: "as if the scheduler asked: stamped, and nothing to check is no failure",
};

const SUMMARIES: Readonly<Record<ComplianceAction, string>> = {
  auto: "check, and mend what is marked as autofix",
  check: "check, and ask whether what is wrong can be mended",
  fix: "mend what is wrong and can be mended",
  fixable: "ask whether what is wrong can be mended",
};

const DETAILS =
  "Without flags, the modules of all attached modulesets run, in the order of the digits in their names. Modules run " +
  "with the rights of the agent. The exit code is 1 when a module is not ok, could not be called, or when nothing is " +
  "attached; modules that exit with 2 (not applicable) are no failure.\n\n" +
  "Fields of the data formats: path, module, moduleset, autofix, order, action, status (ok, nok, n/a), code, reason, at, " +
  "ended_at, steps (action, code, started_at, duration in milliseconds, log), session_id.";

/** `agent SELECTOR compliance auto`, or `agent node compliance auto`, and the like. */
export function runCommand(action: ComplianceAction, scope: Scope & ("service" | "node")): CommandSpec {
  const isNode = scope === "node";
  const words = ["compliance", action] as const;
  const who = isNode ? "node" : "testmd";
  return {
    words: isNode ? ["node", ...words] : words,
    scope,
    summary: `${isNode ? "node" : "service"} compliance: ${SUMMARIES[action]}`,
    isData: true,
    flags: action === "auto" ? [...FLAGS, CRON_FLAG] : FLAGS,
    examples: [
      { command: `agent ${who} compliance ${action}`, text: "everything that is attached" },
      { command: `agent ${who} compliance ${action} --module sshd`, text: "one module, attached or not" },
    ],
    details: DETAILS,
    run: (invocation, system) => run(invocation, system, action),
  };
}

async function run(invocation: Invocation, system: System, action: ComplianceAction): Promise<number> {
  const { flags } = invocation;
  const chosen = chosenOf(invocation);
  const agent = agentFor(invocation, system);
  const found = subjectsFor(agent, invocation);
  const stop = new StopRequest();
  using _listening = stop.listen(system.signals);
  using _reaping = reapAsInit(system);
  const onlooker = onlookerOf(invocation, system, found.subjects.length > 1);
  const results: ModuleResult[] = [];
  const request: ComplianceRequest = {
    action,
    ...chosen,
    attaches: flags.boolean("attach"),
    isForced: flags.boolean("force"),
    isScheduled: flags.boolean("cron"),
    waitMs: (flags.duration("waitlock") ?? 0) * 1000,
    stop,
    onlooker,
  };
  const exitCode = await forEach(system, found, async (subject) => {
    const report: ComplianceReport = await runCompliance(agent, subject, request);
    results.push(...report.results);
    return report.exitCode;
  }, () => stop.asked.aborted);
  if (flags.format !== "table") writeRows(system.terminal, results, RESULT_VIEW, flags.format);
  return stop.asked.aborted ? stop.exitCode : exitCode;
}

function chosenOf({ flags }: Invocation): Pick<ComplianceRequest, "modulesets" | "modules"> {
  const [modulesets, modules] = [namesOf(flags, "moduleset"), namesOf(flags, "module")];
  if (modulesets && modules) {
    throw new UsageError("Cannot use --module with --moduleset: expected one of them");
  }
  if (flags.boolean("attach") && !modulesets) {
    throw new UsageError("Cannot use --attach without --moduleset: expected what to attach");
  }
  return { modulesets, modules };
}

function onlookerOf({ flags }: Invocation, { terminal, host }: System, hasPaths: boolean): Onlooker {
  if (flags.format !== "table") return SILENT;
  const painted = isColored(flags.string("color"), "stdout", terminal, host.environment);
  return new ConsoleOnlooker(terminal, painted, hasPaths);
}
