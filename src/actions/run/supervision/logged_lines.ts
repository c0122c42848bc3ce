import { parseFileLine } from "../../../core/log/format.ts";
import type { Level } from "../../../core/log/entry.ts";
import type { Stream, System } from "../../../ports.ts";

/** Where the log of a service was when a run began. */
export interface LogPlace {
  readonly file: string;
  /** Its size then, in bytes. */
  readonly at: number;
}

type Reading = Pick<System["files"], "facts" | "readPart">;

const STREAMS: Readonly<Partial<Record<Level, Stream>>> = { INFO: "stdout", WARNING: "stderr" };
/** More than all that a run may log, and than a log file holds. */
const MOST_BYTES = 16_777_216;

/**
 * Counts the lines of output that a run has in the log, by stream. A log that was rotated once meanwhile is followed; of
 * one that was rotated more often, fewer are found than there were.
 */
export function countLoggedLines(
  files: Reading,
  { file, at }: LogPlace,
  run: { readonly rid: string; readonly sessionId: string },
): Record<Stream, number> {
  const counts = { stdout: 0, stderr: 0 };
  for (const raw of textSince(files, file, at).split("\n")) {
    if (!raw.includes(run.sessionId)) continue;
    const line = parseFileLine(raw);
    const stream = line && STREAMS[line.level];
    const isOfRun = line?.sessionId === run.sessionId && line.rid === run.rid &&
      line.message.startsWith("| ");
    if (stream && isOfRun) counts[stream]++;
  }
  return counts;
}

function textSince(files: Reading, file: string, at: number): string {
  const size = files.facts(file)?.size ?? 0;
  if (size >= at) return textOf(files, file, at);
  return textOf(files, `${file}.1`, at) + textOf(files, file, 0);
}

function textOf(files: Reading, file: string, from: number): string {
  return new TextDecoder().decode(files.readPart(file, from, MOST_BYTES) ?? new Uint8Array());
}
