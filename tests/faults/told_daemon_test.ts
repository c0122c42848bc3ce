/** Calls of a daemon that tells a collector of what it does fail, or are where it dies; the long tests try all of them. */
import { testDaemon } from "../fakes/daemon_faults.ts";
import { TOLD_DAEMON } from "../fakes/told_daemon.ts";

testDaemon({ ...TOLD_DAEMON, every: 7 });
