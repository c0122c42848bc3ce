import type { ResourceFilterTexts } from "../../core/naming/resource_filter.ts";
import type { RunResult } from "../../core/run/result.ts";
import { exitCodeOf } from "../../core/run/result.ts";
import { sessionsFolder } from "../../state/sessions.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";
import { namedResources, whereNamed } from "../run/gates/choose.ts";
import { isTask } from "../run/run.ts";
import { orderOf } from "../run/run_service.ts";
import { findSession, runningSessions } from "./find_sessions.ts";
import type { SessionLook, SessionPart, WaitedTask } from "./session_watch.ts";
import { SessionWatch } from "./session_watch.ts";

/** What is waited for. */
export interface WaitRequest {
  readonly filter: ResourceFilterTexts;
  /** The id of a session, or its beginning; without it all runs that are under way. */
  readonly session: string | undefined;
  /** In milliseconds; undefined for as long as it takes. */
  readonly timeoutMs: number | undefined;
}

/** What the runs came to. */
export interface WaitReport {
  /** In run order; of those that are over, when the time was up before. */
  readonly results: readonly RunResult[];
  readonly exitCode: number;
  /** Why an agent in the background had no results. */
  readonly problems: readonly string[];
  /** What still runs when the time is up, such as `shop task#0`; undefined when everything is over. */
  readonly left: readonly string[] | undefined;
}

/** How often files are looked at although nobody told of a change, in milliseconds: nothing tells of a killed agent. */
const SWEEP_MS = 1_000;
/** More folders than these are not watched: the sweep sees to the others. */
const MOST_WATCHED = 200;

/**
 * Waits until the runs of a session, or all runs of the tasks that are under way now, are over.
 *
 * Throws `NotFoundError` for a session that nothing knows of, and as the choice of tasks does.
 */
export async function waitForRuns(
  agent: Agent,
  instances: readonly Instance[],
  request: WaitRequest,
): Promise<WaitReport> {
  const tasks = tasksOf(instances, request.filter);
  const parts = partsOf(agent, tasks, request);
  const watches = parts.map((part) => new SessionWatch(agent, part));
  const looks = await untilOver(agent, parts, watches, request.timeoutMs);
  return reportOf(tasks, looks);
}

/** By path and in run order. */
function tasksOf(instances: readonly Instance[], filter: ResourceFilterTexts): WaitedTask[] {
  return whereNamed(instances, (instance) => {
    const tasks = namedResources(instance, { filter, action: "wait", can: isTask });
    return orderOf({ instance, tasks }).flatMap((batch) =>
      batch.tasks.map((resource) => ({ instance, resource }))
    );
  }).flat();
}

function partsOf(
  agent: Agent,
  tasks: readonly WaitedTask[],
  { session, filter }: WaitRequest,
): SessionPart[] {
  if (session === undefined) return runningSessions(agent, tasks);
  const isFiltered = Object.values(filter).some((text) => text !== undefined);
  return [{ sessionId: findSession(agent, tasks, session), tasks, followsAgent: !isFiltered }];
}

async function untilOver(
  { system: { clock, files }, folders }: Agent,
  parts: readonly SessionPart[],
  watches: readonly SessionWatch[],
  timeoutMs = Infinity,
): Promise<readonly SessionLook[]> {
  const deadline = clock.monotonic() + timeoutMs;
  const own = parts.flatMap(({ tasks }) => tasks.map(({ resource }) => resource.ridFolder));
  const watched = [...new Set([sessionsFolder(folders), ...own])].slice(0, MOST_WATCHED);
  let changed = new AbortController();
  const watcher = files.watch(watched, () => changed.abort());
  try {
    for (;;) {
      changed = new AbortController();
      const looks = watches.map((watch) => watch.look());
      const left = deadline - clock.monotonic();
      if (looks.every(({ kind }) => kind === "over") || left <= 0) return looks;
      await clock.sleep(Math.min(left, SWEEP_MS), changed.signal);
    }
  } finally {
    watcher[Symbol.dispose]();
  }
}

function reportOf(tasks: readonly WaitedTask[], looks: readonly SessionLook[]): WaitReport {
  const over = looks.filter((look) => look.kind === "over");
  const order = new Map(tasks.map(({ instance, resource }, i) => [`${instance.name} ${resource.rid}`, i]));
  const placeOf = ({ path, rid }: RunResult) => order.get(`${path} ${rid}`) ?? Infinity;
  const results = over.flatMap((look) => look.results).sort((a, b) => placeOf(a) - placeOf(b));
  const [only, ...others] = over;
  return {
    results,
    exitCode: only && others.length === 0 ? only.exitCode : exitCodeOf(results),
    problems: over.flatMap(({ reason }) => reason ?? []),
    left: over.length === looks.length ? undefined : looks.flatMap(namesOf),
  };
}

function namesOf(look: SessionLook): string[] {
  if (look.kind === "over") return [];
  const names = look.tasks.map(({ instance, resource }) => `${instance.name} ${resource.rid}`);
  return names.length > 0 ? names : ["the agent of the session"];
}
