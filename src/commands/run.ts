import { reapAsInit } from "../actions/init.ts";
import { runAction } from "../actions/run/run.ts";
import type { RunRequest } from "../actions/run/request.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import { dryRun } from "../actions/run/dry_run.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import type { View } from "../cli/output.ts";
import { writeRows } from "../cli/output.ts";
import type { RunResult } from "../core/run/result.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { writeDryRun } from "./dry_run_text.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";
import { readVariables } from "./variables.ts";

/** `agent SELECTOR run` */
export const RUN: CommandSpec = {
  words: ["run"],
  aliases: [["instance", "run"]],
  scope: "service",
  summary: "run tasks now, by hand",
  isData: true,
  flags: [
    ...FILTER_FLAGS,
    { name: "confirm", kind: "boolean", text: "answer yes to every confirmation" },
    {
      name: "cron",
      kind: "boolean",
      text: "as if the scheduler asked: stamps are written, nothing is asked",
    },
    {
      name: "env",
      kind: "strings",
      valueName: "NAME=VALUE",
      text: "a variable for the command and for {env.NAME}",
    },
    { name: "force", kind: "boolean", text: "run although requirements are not met" },
    { name: "dry-run", kind: "boolean", text: "show every gate and what would be executed, run nothing" },
    { name: "parallel", aliases: ["p"], kind: "boolean", text: "services side by side" },
    {
      name: "waitlock",
      kind: "duration",
      default: "0",
      valueName: "TIME",
      text: "how long to wait for a free slot",
    },
  ],
  passthrough: true,
  examples: [
    { command: "agent testmd run", text: "runs all tasks of testmd, in order" },
    { command: "agent testmd run --rid 'task#0'", text: "runs one task; its exit code becomes the agent's" },
    { command: "agent testmd run --rid task --tags backup", text: "runs the tasks with a tag" },
    {
      command: "agent db run --rid 'task#restore' < dump.sql",
      text: "hands a file to the only task that is chosen",
    },
    { command: "agent db run --rid 'task#client' -- --verbose", text: "appends arguments to the command" },
  ],
  details:
    "Tasks run by subset name, then by rid. A task with confirmation asks before anything is executed; " +
    "--confirm answers yes. Runs by hand are kept as the last run and do not move the schedule.\n\n" +
    "The exit code is the command's own; 128+n when signal n ended it, 124 when its timeout did, 126 or 127 when it " +
    "cannot be executed or found. With several tasks it is that of the first failing one. --format json tells the " +
    "agent's own 1 to 4 from the command's.",
  run: runCommand,
};

const RESULT_VIEW: View<RunResult> = {
  fields: [
    "path",
    "rid",
    "outcome",
    "reason",
    "code",
    "signal",
    "status",
    "is_failed",
    "optional",
    "started_at",
    "ended_at",
    "session_id",
    "attempts",
  ],
  columns: [],
};

async function runCommand(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const environment = readVariables(flags.strings("env"));
  const { instances, unusable } = membersFor(agent, invocation, { overrides: environment });
  const stop = new StopRequest();
  const request = requestOf(invocation, environment, stop);
  const unusableCode = unusable[0] ? codeOf(unusable[0]) : 0;
  if (flags.boolean("dry-run")) {
    reportUnusable(system, unusable);
    return writeDryRun(system, await dryRun(agent, instances, request), flags.format) || unusableCode;
  }
  using _listening = stop.listen(system.signals);
  using _reaping = reapAsInit(system);
  const { results, exitCode } = await runAction(agent, instances, request);
  if (flags.format !== "table") writeRows(system.terminal, results, RESULT_VIEW, flags.format);
  reportUnusable(system, unusable);
  const code = stop.asked.aborted ? stop.exitCode : exitCode || unusableCode;
  // What is told of the runs goes on beside them: a wish to stop that comes now is about that.
  await agent.hooks.finish(system.clock, { hurry: stop.asked.aborted ? stop.hurried : stop.asked });
  return code;
}

function requestOf(
  { flags, passthrough }: Invocation,
  environment: Readonly<Record<string, string>>,
  stop: StopRequest,
): RunRequest {
  const isScheduled = flags.boolean("cron");
  return {
    filter: filterOf(flags),
    origin: isScheduled ? "scheduler" : "user",
    isScheduled,
    isConfirmed: flags.boolean("confirm"),
    isForced: flags.boolean("force"),
    waitMs: (flags.duration("waitlock") ?? 0) * 1000,
    extraArgs: passthrough ?? [],
    environment,
    isParallel: flags.boolean("parallel"),
    questionsOn: flags.format === "table" ? "stdout" : "stderr",
    stop,
  };
}
