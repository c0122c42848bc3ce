import { readHistory } from "../../state/last_run.ts";
import type { SessionRecord } from "../../state/sessions.ts";
import { isAgentAlive, readSession, sessionIds } from "../../state/sessions.ts";
import { surveySlots } from "../../state/slots.ts";
import type { Agent } from "../agent.ts";
import { sessionNamed } from "../runs/sessions.ts";
import type { SessionPart, WaitedTask } from "./session_watch.ts";
import { isOf } from "./session_watch.ts";

/** Finds the one session with runs of these tasks that a text names; throws as `sessionNamed` does. */
export function findSession(agent: Agent, tasks: readonly WaitedTask[], text: string): string {
  const { system, folders } = agent;
  const ids: (string | undefined)[] = [];
  for (const { resource } of tasks) {
    const { living, stale, left } = surveySlots(system, resource.ridFolder);
    ids.push(...living.map(({ session_id }) => session_id));
    ids.push(...[...stale, ...left].map(({ record }) => record?.session_id));
    ids.push(...readHistory(system.files, resource.memoryFolder).map(({ session_id }) => session_id));
  }
  const detached = sessionIds(system.files, folders).filter((id) => {
    const record = id.startsWith(text) ? readSession(system.files, folders, id) : undefined;
    return tasks.some((task) => isOf(record, task));
  });
  return sessionNamed(text, [...ids.filter((id) => id !== undefined), ...detached]);
}

/** The parts of sessions that are under way now: runs that have a slot, and those that a detached agent has before it. */
export function runningSessions(agent: Agent, tasks: readonly WaitedTask[]): SessionPart[] {
  const { system, folders } = agent;
  const parts = new Map<string, Set<WaitedTask>>();
  const add = (id: string, task: WaitedTask) => parts.set(id, (parts.get(id) ?? new Set()).add(task));
  // Before the slots: what is between the two has its slot by then, or is in the history.
  const detached = livingSessions(agent);
  for (const task of tasks) {
    for (const { session_id } of surveySlots(system, task.resource.ridFolder).living) add(session_id, task);
    for (const record of detached) {
      const id = record.session_id;
      const isDone = () =>
        readHistory(system.files, task.resource.memoryFolder).some(({ session_id }) => session_id === id) ||
        readSession(system.files, folders, id)?.exit_code !== null;
      if (isOf(record, task) && !isDone()) add(id, task);
    }
  }
  return [...parts].map(([sessionId, own]) => ({ sessionId, tasks: [...own], followsAgent: false }));
}

function livingSessions({ system, folders }: Agent): SessionRecord[] {
  return sessionIds(system.files, folders).flatMap((id) => {
    const record = readSession(system.files, folders, id);
    return record?.exit_code === null && isAgentAlive(system, record) ? [record] : [];
  });
}
