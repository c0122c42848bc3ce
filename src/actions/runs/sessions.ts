import { NotFoundError, RefusedError } from "../../core/errors.ts";
import type { Files } from "../../ports.ts";
import { readHistory } from "../../state/last_run.ts";
import type { TaskPlace } from "./task_places.ts";

/** How many ids a message names. */
const NAMED = 3;

/**
 * The one session that a text names: its id, or the beginning of it.
 *
 * Throws `NotFoundError` when there is none, and `RefusedError` when it is the beginning of several.
 */
export function sessionNamed(text: string, known: Iterable<string>): string {
  const matching = [...new Set(known)].filter((id) => id.startsWith(text));
  const [only, ...others] = matching;
  if (only === undefined) {
    throw new NotFoundError(
      `Cannot find the session "${text}": no run has it, expected one that ps, history or logs show`,
    );
  }
  if (others.length === 0 || matching.includes(text)) return matching.includes(text) ? text : only;
  const more = matching.length > NAMED ? ", …" : "";
  throw new RefusedError(
    `Cannot find the session "${text}": ${matching.length} begin like that, expected one of ${
      matching.slice(0, NAMED).join(", ")
    }${more}`,
  );
}

/** Sessions of the runs that the tasks have on record. */
export function sessionsOnRecord(files: Pick<Files, "readUnlinked">, places: readonly TaskPlace[]): string[] {
  return places.flatMap(({ memoryFolder }) =>
    readHistory(files, memoryFolder).flatMap(({ session_id }) => session_id ?? [])
  );
}
