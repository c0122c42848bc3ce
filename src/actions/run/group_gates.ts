import { describeHeld, findHeld } from "../../state/lock_groups.ts";
import type { Agent } from "../agent.ts";

/** A gate, as the lists of gates show it. */
interface GroupGate {
  readonly name: string;
  readonly is_open: boolean;
  readonly value: string;
}

/** Whether the lock groups of a task are free; none for a task without. */
export function groupGates(
  { system, folders }: Pick<Agent, "system" | "folders">,
  names: readonly string[],
): GroupGate[] {
  if (names.length === 0) return [];
  const held = findHeld(system, folders, names);
  return [{
    name: "lock group",
    is_open: held === undefined,
    value: held === undefined ? `${names.join(", ")} free` : describeHeld(held),
  }];
}
