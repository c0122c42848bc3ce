import type { Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { parseInstant } from "../../core/schedule/instant.ts";
import type { Schedule } from "../../core/schedule/model.ts";
import { parseSchedule } from "../../core/schedule/parse.ts";
import type { Zone } from "../../core/schedule/zone.ts";
import { zoneOf } from "../../core/schedule/zone.ts";

/** Reads the expression of a command line: one word, or several that a shell took apart. */
export function scheduleOf({ positionals }: Pick<Invocation, "positionals">): Schedule {
  return parseSchedule(positionals.join(" "));
}

/** Reads `--timezone`, else the system's zone; throws `UsageError` for an unknown one. */
export function zoneFlag({ flags }: Pick<Invocation, "flags">, systemZone: string): Zone {
  try {
    return zoneOf(flags.string("timezone") ?? systemZone);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

/** Reads a flag that is an instant, in seconds since the epoch; throws `UsageError` for one that cannot be read. */
export function instantFlag(
  { flags }: Pick<Invocation, "flags">,
  name: string,
  zone: Zone,
): number | undefined {
  const text = flags.string(name);
  try {
    return text === undefined ? undefined : parseInstant(text, zone).seconds;
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`Cannot use --${name}: ${error.message}`);
    throw error;
  }
}
