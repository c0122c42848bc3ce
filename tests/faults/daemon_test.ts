import { testDaemon } from "../fakes/daemon_faults.ts";

testDaemon({
  what: "a period and the status action",
  config: "[DEFAULT]\nstatus_schedule = @40s\n[fs#1]\ntype = flag\n" +
    "[task#0]\ncommand = /bin/job\nschedule = @30s\n",
  durationMs: 100,
});
testDaemon({
  what: "crontab instants that are caught up",
  config: "[DEFAULT]\nstatus_schedule = @0\n" +
    "[task#0]\ncommand = /bin/job\nschedule = */30 * * * * *\ncatch_up = once\n",
  durationMs: 100,
});
