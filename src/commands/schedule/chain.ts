import type { Invocation } from "../../cli/command.ts";
import { formatInstant } from "../../core/schedule/instant.ts";
import type { Schedule } from "../../core/schedule/model.ts";
import { isLastInFuture, nextRun } from "../../core/schedule/next.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import type { System } from "../../ports.ts";
import { instantFlag, zoneFlag } from "./question.ts";

/** One run of a list. */
export interface Run {
  /** With the offset of the zone. */
  readonly next: string;
  /** Seconds since the epoch. */
  readonly epoch: number;
}

/** From when on, and on which clock, runs are asked for. */
export interface ChainQuery {
  readonly from: number;
  readonly last: number | undefined;
  readonly zone: Zone;
}

/** Reads `--from`, `--last` and `--timezone`; warns of a last run in the future, which is ignored. */
export function chainFlags(
  invocation: Pick<Invocation, "flags">,
  { terminal, clock }: Pick<System, "terminal" | "clock">,
): ChainQuery {
  const zone = zoneFlag(invocation, clock.timeZone());
  const from = instantFlag(invocation, "from", zone) ?? Math.ceil(clock.now() / 1000);
  const last = instantFlag(invocation, "last", zone);
  if (last !== undefined && isLastInFuture(last, from)) {
    terminal.write("stderr", "agent: the last run is more than 60 s in the future, and is ignored\n");
  }
  return { from, last, zone };
}

/** The next runs, each of them taken as the last one for the next; fewer when there are no more. */
export function runsAfter(
  schedule: Schedule,
  { from, last, zone, count }: ChainQuery & { readonly count: number },
): Run[] {
  const runs: Run[] = [];
  let now = from;
  let previous = last;
  while (runs.length < count) {
    const next = nextRun(schedule, { now, last: previous, zone });
    if (next === undefined) return runs;
    runs.push({ next: formatInstant(next.at, zone, { hasOffset: true }), epoch: next.at });
    now = previous = next.at;
  }
  return runs;
}
