import { testDaemon } from "../fakes/daemon_faults.ts";
import { DAEMONS, TOLD_DAEMON } from "../fakes/daemon_scenarios.ts";
import { Life } from "../fakes/faults.ts";
import { startAgent } from "../fakes/run_agent.ts";
import type { FakeSystem } from "../fakes/system.ts";

/** A daemon that is killed while its first run is under way. */
async function killedDaemon(world: FakeSystem): Promise<void> {
  const daemon = new Life(world, 90);
  startAgent(["daemon", "run"], daemon.system).catch(() => {});
  await world.clock.advance(2_000);
  daemon.kill();
}

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
testDaemon({
  what: "a run that a killed daemon left, with a lock group",
  config: "[DEFAULT]\nstatus_schedule = @0\n" +
    "[task#0]\ncommand = /bin/job\nschedule = @30s\nlock_group = db\n",
  durationMs: 10_000,
  before: killedDaemon,
});
for (const scenario of [...DAEMONS, TOLD_DAEMON]) testDaemon(scenario);
