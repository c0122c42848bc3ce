import { assertEquals } from "@std/assert";
import { createClock } from "../../src/adapters/clock.ts";

Deno.test("sleep() wakes after its time", async () => {
  const clock = createClock();
  const begin = clock.monotonic();
  await clock.sleep(30);
  assertEquals(clock.monotonic() - begin >= 30, true);
});

Deno.test("sleep() ends without an error as soon as the signal aborts, also when it had aborted before", async () => {
  const clock = createClock();
  const begin = clock.monotonic();
  const stop = new AbortController();
  const sleeping = clock.sleep(60_000, stop.signal);
  stop.abort();
  await sleeping;
  await clock.sleep(60_000, stop.signal);
  assertEquals(clock.monotonic() - begin < 5_000, true);
});

Deno.test("sleep() of more than 2^31 milliseconds does not fire at once", async () => {
  const clock = createClock();
  const stop = new AbortController();
  let isOver = false;
  const sleeping = clock.sleep(2 ** 32, stop.signal).then(() => isOver = true);
  await clock.sleep(60);
  assertEquals(isOver, false);
  stop.abort();
  await sleeping;
});

Deno.test("now() is wall time", () => {
  assertEquals(Math.abs(createClock().now() - Date.now()) < 1_000, true);
});

Deno.test("uptime() goes on with the monotonic clock on a host that does not sleep", async () => {
  const clock = createClock();
  const [uptime, monotonic] = [clock.uptime()!, clock.monotonic()];
  await clock.sleep(100);
  const drift = (clock.uptime()! - uptime) - (clock.monotonic() - monotonic);
  // The kernel tells hundredths of a second.
  assertEquals(Math.abs(drift) < 500, true, String(drift));
});
