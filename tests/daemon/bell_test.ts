import { assertEquals } from "@std/assert";
import { Bell } from "../../src/daemon/bell.ts";
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
