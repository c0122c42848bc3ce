import { reapAsInit } from "../actions/init.ts";
import { runAction } from "../actions/run/run.ts";
import type { RunRequest } from "../actions/run/request.ts";
import { StopRequest } from "../actions/run/stop_request.ts";
import { asSession, readDetached } from "../actions/run/detached.ts";
import { dryRun } from "../actions/run/preparation/dry_run.ts";
import type { CommandSpec, Invocation } from "../cli/command.ts";
import { exitCodeFor } from "../cli/exit_code.ts";
import { writeRows } from "../cli/output.ts";
import type { System } from "../ports.ts";
import { agentFor, codeOf, membersFor, reportUnusable } from "./context.ts";
import { detachRun } from "./detach.ts";
import { writeDryRun } from "./dry_run_text.ts";
import { FILTER_FLAGS, filterOf } from "./filter_flags.ts";
import { RESULT_VIEW } from "./run_results.ts";
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
    {
      name: "detach",
      kind: "boolean",
      text: "run in the background; questions are asked before, the session is printed",
    },
    { name: "parallel", aliases: ["p"], kind: "boolean", text: "services side by side" },
    {
      name: "waitlock",
      kind: "duration",
      default: "0",
      valueName: "TIME",
      text: "how long to wait for a free slot, and for lock groups",
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
    {
      command: "agent testmd run --rid 'task#0' --detach",
      text: "runs it in the background; agent testmd wait --session ID tells how it ended",
    },
    { command: "agent db run --rid 'task#client' -- --verbose", text: "appends arguments to the command" },
  ],
  details:
    "Tasks run by subset name, then by rid. A task with confirmation asks before anything is executed; " +
    "--confirm answers yes. An interactive task gets a terminal of its own, and needs that of the operator. Runs by hand are kept as the last run and do not move the schedule.\n\n" +
    "The exit code is the command's own; 128+n when signal n ended it, 124 when its timeout did, 126 or 127 when it " +
    "cannot be executed or found. With several tasks it is that of the first failing one. --format json tells the " +
    "agent's own 1 to 4 from the command's.",
  run: runCommand,
};

async function runCommand(invocation: Invocation, system: System): Promise<number> {
  const { flags } = invocation;
  const agent = agentFor(invocation, system);
  const detached = readDetached(system.host.environment);
  const environment = detached?.environment ?? readVariables(flags.strings("env"));
  const { instances, unusable } = membersFor(agent, invocation, { overrides: environment });
  const stop = new StopRequest();
  const request = requestOf(invocation, environment, stop);
  const unusableCode = unusable[0] ? codeOf(unusable[0]) : 0;
  if (flags.boolean("detach")) {
    reportUnusable(system, unusable);
    return await detachRun(agent, invocation, instances, request) || unusableCode;
  }
  if (flags.boolean("dry-run")) {
    reportUnusable(system, unusable);
    return writeDryRun(system, await dryRun(agent, instances, request), flags.format) || unusableCode;
  }
  using _listening = stop.listen(system.signals);
  using _reaping = reapAsInit(system);
  const work = async () => {
    const report = await runAction(agent, instances, { ...request, sessionId: detached?.sessionId });
    return { ...report, exitCode: stop.asked.aborted ? stop.exitCode : report.exitCode || unusableCode };
  };
  const { results, exitCode } = detached ? await asSession(agent, detached, work, exitCodeFor) : await work();
  if (flags.format !== "table") writeRows(system.terminal, results, RESULT_VIEW, flags.format);
  reportUnusable(system, unusable);
  // What is told of the runs goes on beside them: a wish to stop that comes now is about that.
  await agent.hooks.finish(system.clock, { hurry: stop.asked.aborted ? stop.hurried : stop.asked });
  return exitCode;
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
