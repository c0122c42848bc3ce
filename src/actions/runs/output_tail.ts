import { parseFileLine } from "../../core/log/format.ts";
import type { Files } from "../../ports.ts";

/** How much of the end of a log is looked through, in bytes. */
const LOOKED_AT = 1024 * 1024;
/** What stands in front of a line of output in the log. */
const PREFIX = "| ";

/** Whose output is wanted. */
export interface OutputOf {
  /** The log of the service. */
  readonly logFile: string;
  readonly sessionId: string;
  readonly rid: string;
}

/** Gives the last lines that a run wrote; fewer when others filled the end of the log, or when it is not logged. */
export function outputTail(files: Pick<Files, "readFrom">, run: OutputOf, count: number): string[] {
  if (count <= 0) return [];
  const newest = files.readFrom(run.logFile, -LOOKED_AT);
  const lines = linesOf(newest?.bytes, run, count);
  const rest = LOOKED_AT - (newest?.bytes.length ?? 0);
  if (lines.length === count || rest <= 0) return lines;
  // The log was set aside in the middle of the run.
  const older = files.readFrom(`${run.logFile}.1`, -rest);
  return [...linesOf(older?.bytes, run, count - lines.length), ...lines];
}

/** From the end on, so that a long log of many runs costs no more than what is shown. */
function linesOf(bytes: Uint8Array | undefined, { sessionId, rid }: OutputOf, count: number): string[] {
  if (bytes === undefined) return [];
  const found: string[] = [];
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (let i = lines.length - 1; i >= 0 && found.length < count; i--) {
    if (!lines[i]!.includes(`sid:${sessionId} `)) continue;
    const line = parseFileLine(lines[i]!);
    const isOutput = line?.sessionId === sessionId && line.rid === rid && line.message.startsWith(PREFIX);
    if (isOutput) found.unshift(line.message.slice(PREFIX.length));
  }
  return found;
}
