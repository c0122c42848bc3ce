import { assertEquals } from "@std/assert";
import { Bell } from "../../src/daemon/bell.ts";
import { ClockWatch } from "../../src/daemon/clock_watch.ts";
import { fakeSystem } from "../fakes/system.ts";

Deno.test("Bell wakes at its time, at a ring, and at once for a ring that came before", async () => {
  const { clock } = fakeSystem();
  const bell = new Bell(clock);
  const begin = clock.now();
  await clock.runUntil(bell.wait(100));
  assertEquals(clock.now() - begin, 100);
  const waiting = bell.wait(100);
  bell.ring();
  await waiting;
  bell.ring();
  bell.ring();
  await bell.wait(100);
  assertEquals([clock.now() - begin, clock.sleeping], [100, 0]);
  await clock.runUntil(bell.wait(100));
  assertEquals(clock.now() - begin, 200);
});

Deno.test("ClockWatch tells a step once, with its size, and no drift of less than a second and a half", async () => {
  const { clock } = fakeSystem();
  const watch = new ClockWatch(clock);
  await clock.advance(3_600_000);
  assertEquals(watch.step(), 0);
  clock.step(clock.now() - 90_000);
  assertEquals([watch.step(), watch.step()], [-90_000, 0]);
  clock.step(clock.now() + 1_400);
  assertEquals(watch.step(), 0);
});

Deno.test("ClockWatch tells a new zone once", () => {
  const { clock } = fakeSystem({ zone: "UTC" });
  const watch = new ClockWatch(clock);
  assertEquals(watch.zoneChange(), undefined);
  clock.setTimeZone("Europe/Paris");
  assertEquals([watch.zoneChange(), watch.zoneChange()], ["Europe/Paris", undefined]);
});
