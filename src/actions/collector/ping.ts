import { DAEMON_VERSION } from "../../core/collector/daemon_status.ts";
import type { Verdict } from "../../core/collector/verdict.ts";
import { readKindState, writeKindState } from "../../state/collector/collector_state.ts";
import type { Warn } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import type { Door } from "./door.ts";
import { reasonOf } from "./push.ts";

export interface Ping {
  readonly door: Door;
  readonly services: readonly string[];
  readonly warn: Warn;
  readonly signal?: AbortSignal;
}

/** Gives the collector a sign of life of this node and its services, and remembers what it said. */
export async function pingCollector(agent: Agent, { door, services, warn, signal }: Ping): Promise<Verdict> {
  const { system: { files, clock }, folders, node } = agent;
  const body = { nodes: [node.name], objects: services, version: DAEMON_VERSION };
  const verdict = await door.ask(
    { target: "feeder", method: "POST", path: "/api/daemon/ping", body },
    signal,
  );
  if (signal?.aborted) return verdict;
  const before = readKindState(files, folders, "ping");
  const isDone = verdict.kind === "done";
  const state = {
    ...before,
    at: new Date(clock.now()).toISOString(),
    code: verdict.code,
    error: isDone ? null : reasonOf(verdict),
    failures: isDone ? 0 : before.failures + 1,
    delivered: before.delivered + (isDone ? 1 : 0),
  };
  await writeKindState(files, folders, "ping", { state, warn });
  return verdict;
}

/** The services of which the collector wants the configuration. */
export function wantedConfigs(answer: unknown, services: readonly string[]): string[] {
  const wanted = (answer as { readonly object_without_config?: unknown } | null)?.object_without_config;
  return Array.isArray(wanted) ? services.filter((service) => wanted.includes(service)) : [];
}
