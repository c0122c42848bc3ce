import { basename, dirname, join } from "@std/path";
import type { Clock, Files } from "../ports.ts";

/** What a file is written as before it takes its name: a writer that was killed leaves it behind. */
const DRAFT_REGEXP = /\.[0-9a-f]{8}\.tmp$/;
/** A draft that is younger may still be written by somebody, in milliseconds. */
const DRAFT_AGE_MS = 60_000;

interface Ports {
  readonly files: Pick<Files, "list" | "facts" | "remove">;
  readonly clock: Pick<Clock, "now">;
}

/** Removes the drafts of dead writers from a folder; one that cannot be removed stays, and does no harm. */
export function removeDrafts(ports: Ports, folder: string, prefix = ""): void {
  try {
    const names = ports.files.list(folder).map(({ name }) => name);
    const drafts = names.filter((name) => name.startsWith(prefix) && DRAFT_REGEXP.test(name));
    for (const name of drafts) removeOld(ports, join(folder, name));
  } catch {
    // The next one who looks tries again.
  }
}

/** Removes the drafts of one file. */
export function removeDraftsOf(ports: Ports, file: string): void {
  removeDrafts(ports, dirname(file), `${basename(file)}.`);
}

function removeOld({ files, clock }: Ports, draft: string): void {
  const facts = files.facts(draft);
  if (facts && facts.modifiedAt < clock.now() - DRAFT_AGE_MS) files.remove(draft);
}
