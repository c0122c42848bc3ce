/** The daemon and a clock that is set under it, or that runs through a night in which clocks change (with faketime). */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AGENT, type Box, e2eTest, exists, kill, PATH, until, type Variables } from "./box.ts";

const LIBRARY = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
  .map((host) => `/usr/lib/${host}/faketime/libfaketimeMT.so.1`).find(exists);
const WITH_FAKETIME = { leftOut: LIBRARY === undefined ? "needs faketime" : undefined };

/** A faked clock is read from a file at every call: beside other tests, a start can take long. */
const PATIENCE_MS = 40_000;

/** A daemon in front, whose clock is not the host's. */
class FakeTimeDaemon {
  readonly #child: Deno.ChildProcess;

  constructor(readonly box: Box, fake: Variables) {
    this.#child = new Deno.Command(AGENT, {
      args: ["daemon", "run"],
      cwd: "/",
      clearEnv: true,
      env: { PATH, ...box.env, LD_PRELOAD: LIBRARY!, ...fake },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** Stops it, and waits for what it runs: nothing is left for a next daemon. */
  async stop(): Promise<void> {
    await Deno.writeTextFile(`${this.box.root}/run/daemon.stop`, "wait\n");
    kill(this.#child.pid, "SIGTERM");
    await this.#child.status;
  }
}

/** The clock of a daemon, as an offset to the host's that can be changed while it runs. */
class Offset {
  readonly #file: string;
  #seconds: number;

  constructor(box: Box, start: string) {
    this.#file = `${box.path}/faketime`;
    this.#seconds = Math.round((Date.parse(start) - Date.now()) / 1000);
    this.step(0);
  }

  get variables(): Variables {
    return {
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    };
  }

  /** What the daemon's clock shows. */
  get now(): number {
    return Date.now() + this.#seconds * 1000;
  }

  /** Sets the clock, as `date -s` would. */
  step(seconds: number): void {
    this.#seconds += seconds;
    Deno.writeTextFileSync(`${this.#file}.new`, `${this.#seconds < 0 ? "" : "+"}${this.#seconds}\n`);
    Deno.renameSync(`${this.#file}.new`, this.#file);
  }
}

/** When a task's runs were planned for, as `10:00:05`, in the order in which they ran. */
function planned(box: Box, rid: string): string[] {
  return box.history("s", rid).map(({ planned_at }) => String(planned_at).slice(11, 19));
}

function log(box: Box, text: string): string[] {
  return box.read(`${box.root}/log/daemon.log`).split("\n").filter((line) => line.includes(text));
}

/** Waits until the daemon's clock shows a time, and a moment longer. */
async function reach(offset: Offset, time: string): Promise<void> {
  await until(`it is ${time}`, () => offset.now > Date.parse(time) + 400, 40_000);
}

function tasks(...lines: readonly string[]): string {
  return lines.map((line, i) => `[task#${i}]\ncommand = /bin/true\n${line}\n`).join("");
}

e2eTest(
  "a clock that is set back repeats no planned instant, also over a restart; a period goes on",
  async (box) => {
    const offset = new Offset(box, "2026-03-02T10:00:00Z");
    const first = new FakeTimeDaemon(box, offset.variables);
    await until("it runs", () => exists(`${box.root}/run/daemon.json`), PATIENCE_MS);
    const start = Math.ceil(offset.now / 1000) * 1000;
    const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();
    const lone = time(3).slice(11, 19);
    box.config("s", tasks(`schedule = ${lone}`, "schedule = */2 * * * * *", "schedule = @1s"));
    await reach(offset, time(5));
    const before = box.history("s", "task#2").length;
    offset.step(-5);
    await reach(offset, time(4));
    assertEquals(log(box, "the clock moved by -").length, 1);
    assertStringIncludes(log(box, "the clock moved by -")[0]!, "(it was set back)");
    assert(box.history("s", "task#2").length >= before + 2, "the period goes on");
    offset.step(-4);
    await first.stop();
    const second = new FakeTimeDaemon(box, offset.variables);
    await reach(offset, time(9));
    await second.stop();
    assertEquals(planned(box, "task#0"), [lone]);
    const instants = planned(box, "task#1");
    assertEquals(new Set(instants).size, instants.length, instants.join(" "));
    assert(instants.some((instant) => instant > time(5).slice(11, 19)), instants.join(" "));
  },
  WITH_FAKETIME,
);

e2eTest(
  "a clock that is set forward loses an instant or catches it up once, and runs a period once",
  async (box) => {
    const offset = new Offset(box, "2026-03-02T10:00:00Z");
    box.config(
      "s",
      tasks(
        "schedule = 10:30",
        "schedule = */15 * * * *\ncatch_up = once",
        "schedule = @30",
        "schedule = @1s",
      ),
    );
    // Files have the host's time: a configuration of the future would have nothing to catch up.
    const written = Date.parse("2026-03-01T00:00:00Z") / 1000;
    await Deno.utime(`${box.root}/etc/s.conf`, written, written);
    const daemon = new FakeTimeDaemon(box, offset.variables);
    await until("the period ran", () => box.history("s", "task#2").length === 1, PATIENCE_MS);
    offset.step(3_600);
    await until("it is caught up", () => planned(box, "task#1").includes("11:00:00"), PATIENCE_MS);
    await until("the period ran again", () => box.history("s", "task#2").length === 2, PATIENCE_MS);
    await reach(offset, new Date(offset.now + 2_000).toISOString());
    await daemon.stop();
    assertEquals([
      box.history("s", "task#0").length,
      log(box, "missed, planned at 2026-03-02T10:30:00").length,
    ], [0, 1]);
    // The daemon may have started within the first second, or after it.
    const caughtUp = planned(box, "task#1");
    assertEquals(caughtUp[0] === "10:00:00" ? caughtUp.slice(1) : caughtUp, ["11:00:00"]);
    assertEquals(box.history("s", "task#2").length, 2);
    assertStringIncludes(
      log(box, "the clock moved by 3600")[0]!,
      "(it was set forward",
    );
  },
  WITH_FAKETIME,
);

/** A clock that starts at an instant of UTC and runs thirty times as fast, all of it. */
function fast(start: string): Variables {
  return { FAKETIME: `@${start.replace("T", " ")} x30` };
}

async function runNight(box: Box, start: string, seconds: number): Promise<void> {
  const daemon = new FakeTimeDaemon(box, fast(start));
  const end = performance.now() + seconds * 1000 / 30 + 500;
  await until("the night is over", () => performance.now() > end, seconds * 1000);
  await daemon.stop();
}

function isEvenly(instants: readonly string[], step: number): boolean {
  const seconds = instants.map((time) => Date.parse(`2026-01-01T${time}Z`) / 1000);
  return seconds.length > 2 && seconds.every((at, i) => at === seconds[0]! + i * step);
}

e2eTest(
  "the spring night of Paris: the gap is run at its end, once; a period keeps its pace",
  async (box) => {
    const night = tasks(
      "schedule = 02:30",
      "schedule = 02:10-02:20",
      "schedule = 30 2 * * *",
      "schedule = @30s",
    );
    box.config("s", `[DEFAULT]\ntimezone = Europe/Paris\n${night}`);
    // 02:00 to 03:00 does not exist; 01:00 UTC is 03:00.
    await runNight(box, "2026-03-29T00:58:30", 150);
    for (const rid of ["task#0", "task#1", "task#2"]) assertEquals(planned(box, rid), ["01:00:00"], rid);
    assert(isEvenly(planned(box, "task#3"), 30), planned(box, "task#3").join(" "));
    assertEquals(log(box, "the clock moved"), []);
  },
  WITH_FAKETIME,
);

e2eTest(
  "the autumn night of Paris: a time that comes twice is run once, at its first coming",
  async (box) => {
    const night = tasks(
      "schedule = 02:58",
      "schedule = 02:57:30-02:59",
      "schedule = 58 2 * * *",
      "schedule = @30s",
    );
    box.config("s", `[DEFAULT]\ntimezone = Europe/Paris\n${night}`);
    // 00:58 UTC is 02:58 for the first time, 01:58 for the second.
    await runNight(box, "2026-10-25T00:57:00", 210);
    assert(isEvenly(planned(box, "task#3"), 30), planned(box, "task#3").join(" "));
    await runNight(box, "2026-10-25T01:57:00", 120);
    assertEquals(["task#0", "task#1", "task#2"].map((rid) => planned(box, rid)), [
      ["00:58:00"],
      ["00:57:30"],
      ["00:58:00"],
    ]);
    assert(box.history("s", "task#3").length > 8, "the period runs in the second hour, too");
  },
  WITH_FAKETIME,
);
