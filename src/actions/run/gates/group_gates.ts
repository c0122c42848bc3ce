import { describeHeld, findHeld } from "../../../state/lock_groups.ts";
import type { Agent } from "../../agent.ts";
import { type Gate, gate } from "../../schedule/gate.ts";

/** Whether the lock groups of a task are free; none for a task without. */
export function groupGates(
  { system, folders }: Pick<Agent, "system" | "folders">,
  names: readonly string[],
): Gate[] {
  if (names.length === 0) return [];
  const held = findHeld(system, folders, names);
  const value = held === undefined ? `${names.join(", ")} free` : describeHeld(held);
  return [gate("lock group", held === undefined, value)];
}
