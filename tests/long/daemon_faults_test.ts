import { testDaemon } from "../fakes/daemon_faults.ts";

testDaemon({
  what: "a run for the boot, as another user",
  config: "[DEFAULT]\nstatus_schedule = @0\n[fs#1]\ntype = flag\n" +
    "[task#0]\ncommand = /bin/job\nschedule = @reboot\nuser = admin\nblocking_pre_run = /bin/true\n" +
    "[task#1]\ncommand = /bin/job\nschedule = @30s\n",
  durationMs: 100,
});
testDaemon({
  what: "runs that another daemon takes over",
  config: "[DEFAULT]\nstatus_schedule = @0\n[task#0]\ncommand = /bin/job\nschedule = @30s\n",
  durationMs: 10_000,
});
