import type { DaemonScenario } from "./daemon_faults.ts";
import { COLLECTOR_NODE } from "./spooled.ts";

/** A period and a crontab. */
export const DAEMONS: readonly DaemonScenario[] = [{
  what: "a period and the status action",
  config: "[DEFAULT]\nstatus_schedule = @40s\n[fs#1]\ntype = flag\n" +
    "[task#0]\ncommand = /bin/job\nschedule = @30s\n",
  durationMs: 100,
}, {
  what: "crontab instants that are caught up",
  config: "[DEFAULT]\nstatus_schedule = @0\n" +
    "[task#0]\ncommand = /bin/job\nschedule = */30 * * * * *\ncatch_up = once\n",
  durationMs: 100,
}];

/** A daemon that tells a collector of what it does: it makes many calls. */
export const TOLD_DAEMON: DaemonScenario = {
  what: "runs that the collector is told of, their quiet, and a status that is pushed",
  config: "[DEFAULT]\nnodes = n1\nstatus_schedule = @0\nresinfo_schedule = @0\npush_schedule = @0\n" +
    "push_status_schedule = @40s\ncomp_schedule = @0\n[fs#1]\ntype = flag\n" +
    "[task#0]\ncommand = /bin/job\nschedule = @30s\nsnooze = 1h\n",
  durationMs: 100,
  before: ({ files }) => {
    files.put("/etc/agent/node.conf", COLLECTOR_NODE);
    // As a daemon makes it: its id is drawn once for all rounds.
    files.put("/etc/agent/cluster.conf", "[cluster]\nid = c-1\n");
    return Promise.resolve();
  },
};
