import { assertEquals } from "@std/assert";
import { ClockWatch, describeJump } from "../../src/daemon/clock_watch.ts";
import { FakeClock } from "../fakes/clock.ts";

function watched(): { clock: FakeClock; texts(): string[] } {
  const clock = new FakeClock(Date.UTC(2026, 2, 2, 10), "UTC");
  const watch = new ClockWatch(clock);
  const texts = () => {
    const jump = watch.jump();
    return jump ? describeJump(jump) : [];
  };
  return { clock, texts };
}

Deno.test("ClockWatch says nothing while time goes by, and of a drift below its tolerance", async () => {
  const { clock, texts } = watched();
  await clock.advance(3_600_000);
  assertEquals(texts(), []);
  clock.step(clock.now() + 1_400);
  assertEquals(texts(), []);
});

Deno.test("ClockWatch tells a clock set forward, one set back, and a sleep from each other, each once", async () => {
  const { clock, texts } = watched();
  clock.step(clock.now() + 7_200_000);
  assertEquals(texts(), ["the clock moved by 7200.0 s (it was set forward)"]);
  await clock.advance(10_000);
  clock.step(clock.now() - 60_000);
  assertEquals(texts(), ["the clock moved by -60.0 s (it was set back)"]);
  clock.suspend(1_800_000);
  assertEquals(texts(), ["the host was suspended for 1800.0 s"]);
  assertEquals(texts(), []);
});

Deno.test("ClockWatch tells of a sleep and of a clock that was set at its end", () => {
  const { clock, texts } = watched();
  clock.suspend(1_800_000);
  clock.step(clock.now() - 3_600_000);
  assertEquals(texts(), [
    "the host was suspended for 1800.0 s",
    "the clock moved by -3600.0 s (it was set back)",
  ]);
});

Deno.test("ClockWatch admits that it cannot tell where the host hides its uptime", () => {
  const { clock } = watched();
  const hidden = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    uptime: () => undefined,
    timeZone: () => "UTC",
  };
  const watch = new ClockWatch(hidden);
  clock.suspend(60_000);
  const jump = watch.jump()!;
  assertEquals(describeJump(jump), [
    "the clock moved by 60.0 s (it was set forward, or the host was suspended)",
  ]);
});

Deno.test("ClockWatch tells a new zone once", () => {
  const { clock } = watched();
  const watch = new ClockWatch(clock);
  assertEquals(watch.zoneChange(), undefined);
  clock.setTimeZone("Europe/Paris");
  assertEquals([watch.zoneChange(), watch.zoneChange()], ["Europe/Paris", undefined]);
});
