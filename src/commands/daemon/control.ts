import { reloadDaemon, runningDaemon, startDaemon, stopDaemon } from "../../actions/daemon_control.ts";
import { refuseManagedRestart } from "../../actions/daemon_manager.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { EXIT_CODES } from "../../cli/exit_code.ts";
import type { FlagSpec } from "../../cli/flag_spec.ts";
import { RefusedError } from "../../core/errors.ts";
import type { System } from "../../ports.ts";
import type { StopMode } from "../../state/daemon_record.ts";
import { agentFor } from "../context.ts";

const STOP_MODES = ["leave", "wait", "end"] as const satisfies readonly StopMode[];

const RUNS_FLAG: FlagSpec = {
  name: "runs",
  kind: "choice",
  choices: [...STOP_MODES],
  default: "leave",
  valueName: "HOW",
  text:
    "what becomes of running commands: leave them to their supervisors, wait for them up to stop_timeout, or end them",
};

/** `agent daemon start` */
export const DAEMON_START: CommandSpec = {
  words: ["daemon", "start"],
  scope: "daemon",
  summary: "start the scheduler in the background",
  flags: [],
  examples: [{ command: "agent daemon start", text: "starts it, and returns when it is up" }],
  async run(invocation, system) {
    const agent = agentFor(invocation, system);
    const running = runningDaemon(agent);
    if (running) throw new RefusedError(`Cannot start the daemon: it runs already, process ${running.pid}`);
    const { pid } = await startDaemon(agent, invocation.flags.string("root"));
    system.terminal.write("stdout", `the daemon runs, process ${pid}\n`);
    return 0;
  },
};

/** `agent daemon stop` */
export const DAEMON_STOP: CommandSpec = {
  words: ["daemon", "stop"],
  scope: "daemon",
  summary: "stop the scheduler",
  flags: [RUNS_FLAG],
  examples: [
    { command: "agent daemon stop", text: "launches nothing more; the next daemon follows what still runs" },
    {
      command: "agent daemon stop --runs wait",
      text: "waits for what runs, up to stop_timeout of node.conf",
    },
    { command: "agent daemon stop --runs end", text: "ends what runs, too" },
  ],
  details: "It is no error when no daemon runs.",
  async run(invocation, system) {
    system.terminal.write("stdout", `${await stop(invocation, system)}\n`);
    return 0;
  },
};

async function stop(invocation: Invocation, system: System): Promise<string> {
  const agent = agentFor(invocation, system);
  const running = runningDaemon(agent);
  if (!running) return "no daemon runs";
  const mode = STOP_MODES.find((word) => word === invocation.flags.string("runs")) ?? "leave";
  await stopDaemon(agent, running, mode);
  return `the daemon is stopped, process ${running.pid}`;
}

/** `agent daemon restart` */
export const DAEMON_RESTART: CommandSpec = {
  words: ["daemon", "restart"],
  scope: "daemon",
  summary: "stop the scheduler when it runs, and start it",
  flags: [RUNS_FLAG],
  examples: [{
    command: "agent daemon restart",
    text: "takes a new version of the executable, or of node.conf",
  }],
  async run(invocation, system) {
    const running = runningDaemon(agentFor(invocation, system));
    if (running) refuseManagedRestart(system.files, running);
    await stop(invocation, system);
    return await DAEMON_START.run(invocation, system);
  },
};

/** `agent daemon reload` */
export const DAEMON_RELOAD: CommandSpec = {
  words: ["daemon", "reload"],
  scope: "daemon",
  summary: "make the scheduler read all configurations again",
  flags: [],
  examples: [{
    command: "agent daemon reload",
    text: "is needed only where changes of files are not noticed",
  }],
  details:
    "Changed, new and removed configurations are noticed by themselves: within 2 s on local file systems, " +
    "within 60 s elsewhere. node.conf is read at the start only.",
  run(invocation, system) {
    const agent = agentFor(invocation, system);
    const running = runningDaemon(agent);
    if (!running) throw new RefusedError("Cannot reload: no daemon runs");
    reloadDaemon(agent, running);
    return Promise.resolve(EXIT_CODES.done);
  },
};
