import { join } from "@std/path";
import { formatElapsed } from "../../core/text/quantity.ts";
import { stampName } from "../../state/stamps.ts";
import { readSyncStamp } from "../../state/sync_stamps.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView, StatusMessage } from "../driver.ts";
import { readRsync, targetsFor } from "./settings.ts";

/**
 * `sync.rsync`: files that are sent to other nodes; its status tells how old the data is that they have.
 *
 * Where nothing was sent from, as on the passive node of a service, it is `n/a`.
 */
export const SYNC_RSYNC: Driver = {
  id: "sync.rsync",
  infoOptions: ["src", "dst", "target", "options", "bwlimit", "user", "schedule", "sync_max_delay"],
  label({ configuration, rid }) {
    const { sources, destination, targets } = readRsync(configuration, rid);
    return `rsync ${sources.join(" ")} to ${destination} of ${targets.join(", ")}`;
  },
  status: (ports, resource) => statusOfTargets(ports, resource),
};

function statusOfTargets(
  ports: Pick<DriverPorts, "files" | "clock">,
  resource: ResourceView,
): DriverStatus {
  const { configuration, rid, memoryFolder } = resource;
  const targets = targetsFor(configuration, rid);
  const maxDelay = configuration.minutes(rid, "sync_max_delay") || Infinity;
  const now = ports.clock.now() / 1000;
  const lasts = targets.map(({ node }) => ({ node, last: readSyncStamp(ports, memoryFolder, node) }));
  if (lasts.every(({ last }) => last === undefined) && !(targets.length > 0 && wasTried(ports, resource))) {
    const text = targets.length === 0
      ? "there is no other node to send to"
      : "nothing was sent from here yet";
    return { status: "n/a", messages: [{ level: "info", text }] };
  }
  const messages = lasts.flatMap(({ node, last }): StatusMessage[] => {
    if (last === undefined) return [{ level: "warn", text: `${node} was never reached` }];
    const age = now - last;
    if (age <= maxDelay) return [];
    return [{
      level: "warn",
      text: `${node} has data of ${formatElapsed(age)} ago, expected at most ${formatElapsed(maxDelay)}`,
    }];
  });
  return { status: messages.length === 0 ? "up" : "warn", messages };
}

/** Whether the scheduler has asked for it here: then data that never arrived is no matter of the past. */
function wasTried({ files }: Pick<DriverPorts, "files">, { memoryFolder, rid }: ResourceView): boolean {
  return files.facts(join(memoryFolder, "../scheduler", stampName("sync_all", rid))) !== undefined;
}
