import { assertEquals } from "@std/assert";
import { HookDesk } from "../../../src/actions/hooks/desk.ts";
import { fakeSystem } from "../../fakes/system.ts";

const NEVER = new AbortController().signal;

Deno.test("HookDesk.finish() waits for what goes on, and for what that starts", async () => {
  const { clock } = fakeSystem();
  const desk = new HookDesk();
  const done: number[] = [];
  desk.start("command", async () => {
    await clock.sleep(5_000);
    done.push(1);
    desk.start("ping", async () => {
      await clock.sleep(7_000);
      done.push(2);
    });
  });
  const begin = clock.now();
  await clock.runUntil(desk.finish(clock, { hurry: NEVER }));
  assertEquals([done, clock.now() - begin], [[1, 2], 12_000]);
});

Deno.test("HookDesk.finish() returns at once when there is nothing", async () => {
  const { clock } = fakeSystem();
  await new HookDesk().finish(clock, { hurry: NEVER });
  assertEquals(clock.sleeping, 0);
});

Deno.test("HookDesk.finish() asks at the limit, asks again a second later, and then leaves what is left", async () => {
  const { clock } = fakeSystem();
  const desk = new HookDesk();
  desk.start("command", () => new Promise(() => {}));
  const asked: number[] = [];
  const begin = clock.now();
  desk.stop.asked.addEventListener("abort", () => asked.push(clock.now() - begin));
  desk.stop.hurried.addEventListener("abort", () => asked.push(clock.now() - begin));
  await clock.runUntil(desk.finish(clock, { limitMs: 3_000, hurry: NEVER }));
  assertEquals([asked, clock.now() - begin], [[3_000, 4_000], 5_000]);
  assertEquals(desk.start("ping", () => Promise.resolve()), false, "nothing starts any more");
});

Deno.test("HookDesk.finish() does not wait for the limit when somebody hurries", async () => {
  const { clock } = fakeSystem();
  const desk = new HookDesk();
  desk.start(
    "command",
    () => new Promise((resolve) => desk.stop.asked.addEventListener("abort", () => resolve())),
  );
  const hurry = new AbortController();
  const finished = desk.finish(clock, { hurry: hurry.signal });
  const begin = clock.now();
  hurry.abort();
  await clock.runUntil(finished);
  assertEquals([clock.now() - begin, desk.busy, clock.sleeping], [0, 0, 0]);
});

Deno.test("HookDesk bounds what goes on, and what waits, of each line", async () => {
  const { clock } = fakeSystem();
  const desk = new HookDesk();
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await clock.sleep(1_000);
    running--;
  };
  const starts = Array.from({ length: 1_500 }, () => desk.start("ping", work));
  assertEquals(starts.filter((isStarted) => isStarted).length, 1_020);
  let isCommandDone = false;
  desk.start("command", () => Promise.resolve(void (isCommandDone = true)));
  await clock.advance(0);
  assertEquals([isCommandDone, most], [true, 20]);
  await clock.runUntil(desk.finish(clock, { hurry: NEVER }));
  assertEquals([running, most, desk.busy], [0, 20, 0]);
});
