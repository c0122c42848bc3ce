import type { ResourceView } from "../driver.ts";

/** What the resource information tells of an application. */
export const APP_INFO = ["script", "start", "stop", "check", "user", "group", "timeout"] as const;

/** The script, else the start command, on one line. */
export function labelOf({ configuration, rid }: Pick<ResourceView, "configuration" | "rid">): string {
  const text = configuration.string(rid, "script") || configuration.string(rid, "start");
  return text?.trim().split("\n")[0] || configuration.driverOf(rid);
}
