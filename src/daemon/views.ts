import { metricsText } from "./metrics.ts";
import type { Parts } from "./report.ts";
import { reportOf } from "./report.ts";
import type { Views } from "./status_server.ts";

/** What a daemon that starts now tells about itself. */
export function viewsOf(parts: Parts): Views {
  const { agent: { system }, meter, scheduler } = parts;
  const startedAtMonotonic = system.clock.monotonic();
  const status = () => reportOf({ ...parts, startedAtMonotonic });
  return { status, metrics: () => metricsText(system, status(), meter.lag, scheduler.tasks) };
}
