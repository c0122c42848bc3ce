/** Calls of a daemon fail, or are where it dies: one of so many here, all of them in the long tests. */
import { testDaemon } from "../fakes/daemon_faults.ts";
import { DAEMONS, TOLD_DAEMON } from "../fakes/daemon_scenarios.ts";

for (const scenario of DAEMONS) testDaemon({ ...scenario, every: 3 });
testDaemon({ ...TOLD_DAEMON, every: 13 });
