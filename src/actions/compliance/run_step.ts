import type { StepResult } from "../../core/compliance/result.ts";
import type { StepAction } from "../../core/compliance/sequence.ts";
import type { Identity } from "../../core/process/identity.ts";
import { wrap } from "../../core/process/wrapper.ts";
import type { LogEntry } from "../../core/log/entry.ts";
import type { Log } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { Journal } from "../journal.ts";
import type { Sink } from "../journal.ts";
import { execute } from "../run/execute.ts";
import type { ComplianceRequest, Onlooker } from "./request.ts";

/** Seconds between TERM and KILL. */
const KILL_GRACE = 10;
/** How many bytes of the beginning, and as many of the end, of what a module writes are kept. */
const OUTPUT_MAX = 32_768;
const MARK = "OPENSVC_RUN_ID";
/** What the log has in front of each line of output. */
const OUTPUT_PREFIX = "| ";

/** What all calls of a run have in common. */
export interface StepContext {
  readonly agent: Agent;
  readonly identity: Identity;
  readonly env: Readonly<Record<string, string>>;
  /** The journal of the run, for a number of further sinks. */
  readonly journalWith: (more: readonly Sink[]) => Journal;
  readonly request: Pick<ComplianceRequest, "stop" | "onlooker">;
  /** In seconds. */
  readonly timeout: number;
}

/** One call of a module that is over. */
export interface StepEnd {
  readonly step: StepResult;
  /** Whether the agent ended it. */
  readonly isEnded: boolean;
  /** Why it ended otherwise than by an exit code. */
  readonly reason: string | null;
}

/** Calls a module once: with the agent's rights, in a session of its own, for so long at most. */
export async function runStep(
  context: StepContext,
  module: { readonly name: string; readonly program: string },
  action: StepAction,
): Promise<StepEnd> {
  const { agent, agent: { system }, request: { stop, onlooker }, timeout } = context;
  const collected: string[] = [];
  const journal = context.journalWith([
    { log: collector(collected), level: "DEBUG" },
    ...(onlooker
      ? [{ log: showing(onlooker, agent.console), level: "DEBUG" as const, isConsole: true }]
      : []),
  ]);
  const startedAt = system.clock.now();
  const runId = system.host.uuid();
  journal.lines("INFO", [`${module.name} ${action}: ${module.program} ${action}`], undefined, "kept");
  const outcome = await execute(system, journal, {
    spec: specOf(context, module.program, action, runId),
    rid: undefined,
    isLogged: true,
    outputMax: OUTPUT_MAX,
    timeout,
    killGrace: KILL_GRACE,
    token: `${MARK}=${runId}`,
    stop,
  });
  const { code, reason, isTimedOut, isStopped, signal, pid } = outcome;
  const isEnded = isTimedOut || isStopped;
  const isSaid = isEnded || signal !== null || pid === null;
  return {
    step: {
      action,
      code,
      started_at: new Date(startedAt).toISOString(),
      duration: Math.max(0, system.clock.now() - startedAt),
      log: collected.map((line) => `${line}\n`).join(""),
    },
    isEnded,
    reason: isSaid ? reason : null,
  };
}

function specOf({ agent, identity, env }: StepContext, program: string, action: StepAction, runId: string) {
  const started = wrap({
    wrapper: { kind: "none" },
    identity,
    argv: [program, action],
    env: { ...env, [MARK]: runId },
    cwd: "/",
    ownUid: agent.system.users.self.uid,
  });
  if (started.kind === "refused") throw new Error(started.reason);
  return { argv: started.argv, env: started.env, cwd: "/", stdin: "null" as const };
}

/** Collects what is kept of the output, as the collector and the results tell it. */
function collector(lines: string[]): Log {
  return {
    write({ level, message }: LogEntry) {
      if (message.startsWith(OUTPUT_PREFIX)) {
        lines.push(`${level === "WARNING" ? "ERR: " : ""}${message.slice(OUTPUT_PREFIX.length)}`);
      } else if (/bytes of output are left out/.test(message)) lines.push(message);
    },
  };
}

/** Hands the output on as it comes; what else the journal says is for the console of the agent. */
function showing(onlooker: Onlooker, console: Agent["console"]): Log {
  return {
    write(entry: LogEntry) {
      const { level, message } = entry;
      if (!message.startsWith(OUTPUT_PREFIX)) return console?.log.write(entry);
      onlooker.line(level === "WARNING" ? "stderr" : "stdout", message.slice(OUTPUT_PREFIX.length));
    },
  };
}
