import { join } from "@std/path";
import { isInit } from "../../actions/init.ts";
import { Journal } from "../../actions/journal.ts";
import type { Agent } from "../../actions/agent.ts";
import { createAgent } from "../../actions/agent.ts";
import type { CommandSpec } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { formatFileLine } from "../../core/log/format.ts";
import { Daemon } from "../../daemon/daemon.ts";
import type { DaemonControl } from "../../daemon/daemon.ts";
import type { Log, System } from "../../ports.ts";
import { LogFile } from "../../state/log_file.ts";

/** `agent daemon run` */
export const DAEMON_RUN: CommandSpec = {
  words: ["daemon", "run"],
  scope: "daemon",
  summary: "run the scheduler in the foreground",
  flags: [{
    name: "log",
    kind: "string",
    valueName: "-",
    text: "with -, log to standard output, lines of tasks included; a file by default",
  }],
  examples: [
    { command: "agent daemon run --log -", text: "suits a container: everything is on standard output" },
  ],
  details:
    "The first TERM or INT launches nothing more and leaves running commands to their supervisors, for the next " +
    "daemon to follow; it waits for triggers, up to stop_timeout of node.conf (60s), and a second one ends those. " +
    "HUP reads all configurations again.\n\n" +
    "As the first process of a container it also collects orphaned processes, and the first TERM, INT or QUIT ends " +
    "what runs at once: nothing would outlive it. A second one does not wait for the grace of the tasks.",
  async run({ flags }, system) {
    const target = flags.string("log");
    if (target !== undefined && target !== "-") {
      throw new UsageError(`Cannot use --log "${target}": expected -, or nothing for the log file`);
    }
    await runDaemon(system, flags.string("root"), target === "-");
    return 0;
  },
};

async function runDaemon(system: System, root: string | undefined, isOnStdout: boolean): Promise<void> {
  const { node, folders } = createAgent(system, { root });
  const format = (entry: Parameters<typeof formatFileLine>[0]) =>
    formatFileLine(entry, system.clock.timeZone(), node.name);
  const stdout: Log = { write: (entry) => system.terminal.write("stdout", `${format(entry)}\n`) };
  const file = new LogFile(system.files, { file: join(folders.log, "daemon.log"), format });
  const own = isOnStdout ? stdout : file;
  const agent: Agent = createAgent(system, {
    root,
    ...(isOnStdout ? { console: { log: stdout, level: node.logLevel } } : {}),
  });
  const journal = new Journal(system.clock, {}, [{ log: own, level: node.logLevel }]);
  using control = listen(system);
  await new Daemon(agent, journal, control).run();
}

/** Translates signals: TERM and INT stop, a second one ends what runs, HUP reloads. In a container QUIT is a TERM. */
function listen(system: Pick<System, "signals" | "processes">): DaemonControl & Disposable {
  const stopping = new AbortController();
  const ending = new AbortController();
  const reloads = new Set<() => void>();
  const stops = isInit(system) ? ["SIGTERM", "SIGINT", "SIGQUIT"] as const : ["SIGTERM", "SIGINT"] as const;
  const heard = system.signals.on([...stops, "SIGHUP"], (signal) => {
    if (signal === "SIGHUP") { for (const reload of reloads) reload(); }
    else if (stopping.signal.aborted) ending.abort();
    else stopping.abort();
  });
  return {
    stopping: stopping.signal,
    ending: ending.signal,
    onReload(reload) {
      reloads.add(reload);
      return { [Symbol.dispose]: () => void reloads.delete(reload) };
    },
    [Symbol.dispose]: () => heard[Symbol.dispose](),
  };
}
