import { joiningArgv } from "../../core/process/supervisor.ts";
import type { RunningProcess, System } from "../../ports.ts";
import type { Journal } from "../journal.ts";
import { dropGroup, newGroup } from "./supervision/control_group.ts";
import { OutputLog } from "./output.ts";
import type { Execution, ExecutionOutcome } from "./run_end.ts";
import { endEarly, firstOf, notStarted, outcomeOf, UNENDED } from "./run_end.ts";

type Ports = Pick<System, "processes" | "clock" | "terminal" | "host">;

/** Runs a command to its end, as its parent: its output comes through pipes, and is lost when this agent is killed. */
export async function execute(
  ports: Ports,
  journal: Journal,
  execution: Execution,
): Promise<ExecutionOutcome> {
  const group = newGroup(ports);
  try {
    return await executeIn(ports, journal, execution, group);
  } finally {
    dropGroup(ports, group);
  }
}

async function executeIn(
  ports: Ports,
  journal: Journal,
  execution: Execution,
  group: string | undefined,
): Promise<ExecutionOutcome> {
  const output = new OutputLog(ports.terminal, journal, execution);
  const { spec } = execution;
  let running: RunningProcess;
  try {
    running = ports.processes.start({
      ...spec,
      argv: group === undefined ? spec.argv : joiningArgv(group, spec.argv),
      onOutput: (stream, chunk) => output.add(stream, execution.filter?.(stream, chunk) ?? chunk),
    });
  } catch (error) {
    return notStarted(error);
  }
  await execution.onStart?.(running, group);
  const cause = await firstOf(ports, { ...execution, ended: running.ended });
  const survivors = cause === "ended"
    ? []
    : await endEarly(ports, journal, { ...execution, root: running, group }, cause);
  // What cannot be ended is not waited for: it was named in the log.
  const outcome = survivors.includes(running.pid) ? UNENDED : await running.ended;
  output.finish();
  return outcomeOf(outcome, cause, running.pid, execution);
}
