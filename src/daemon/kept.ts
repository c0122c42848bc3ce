import type { Cause } from "./gates.ts";
import type { Due } from "./timetable.ts";

/**
 * Whether what is due waits for a closed gate. A planned instant does only to be caught up: while the memory that knows
 * whether it ran is out of reach, and when it was missed before; what passes while the service is frozen is lost. A pause
 * lets everything planned go, the start after a boot too.
 */
export function isKept({ isPlanned, isReboot, isCaughtUp, entry }: Due, cause: Cause): boolean {
  if (!isPlanned) return true;
  if (cause === "paused") return false;
  if (isReboot) return true;
  return entry.isCaughtUp && (cause === "memory" || (isCaughtUp === true && cause !== "frozen"));
}
