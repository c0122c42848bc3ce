/** An instant as people on the spot write it. */
export interface LocalTime {
  /** Such as `2026-03-02`. */
  readonly date: string;
  /** Such as `10:00:00,000`. */
  readonly time: string;
}

/** Offsets from UTC change at a quarter of an hour at the finest. */
const QUARTER_MS = 15 * 60_000;

const offsets = new Map<string, { readonly quarter: number; readonly ms: number }>();

/** Tells the date and time of `at` (milliseconds since the epoch) in an IANA zone; an unknown zone counts as UTC. */
export function localTime(at: number, zone: string): LocalTime {
  const text = new Date(at + offsetMs(at, zone)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 23).replace(".", ",") };
}

/** Many lines are written within the same quarter of an hour, and asking for the offset is the slow part. */
function offsetMs(at: number, zone: string): number {
  if (zone === "UTC" || zone === "Etc/UTC") return 0;
  const quarter = Math.floor(at / QUARTER_MS);
  const known = offsets.get(zone);
  if (known?.quarter === quarter) return known.ms;
  const ms = askOffsetMs(at, zone);
  offsets.set(zone, { quarter, ms });
  return ms;
}

/** A log must not fail because of a zone that this runtime does not know. */
function askOffsetMs(at: number, zone: string): number {
  try {
    const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(at));
    return instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}
