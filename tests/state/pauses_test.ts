import { assertEquals } from "@std/assert";
import {
  covers,
  isInForce,
  readPause,
  removeEndedPause,
  removePause,
  writePause,
} from "../../src/state/pauses.ts";
import { fakeSystem } from "../fakes/system.ts";

const RID = "/var/lib/agent/svc/svc1/task#0";
const FILE = `${RID}/pause.json`;
const PAUSE = { since: 1_000, until: 2_000, reason: "why" };

Deno.test("a pause is kept durably, and read back as it was written", async () => {
  const { files } = fakeSystem();
  assertEquals(readPause(files, RID), undefined);
  await writePause(files, RID, PAUSE);
  assertEquals([readPause(files, RID), files.durable], [PAUSE, [FILE]]);
  assertEquals(JSON.parse(files.read(FILE)!), {
    since: "1970-01-01T00:16:40.000Z",
    until: "1970-01-01T00:33:20.000Z",
    reason: "why",
  });
  assertEquals([await removePause(files, RID), await removePause(files, RID)], [true, false]);
  assertEquals([readPause(files, RID), files.locked], [undefined, []]);
});

Deno.test("a pause is in force before its end, and covers what lies between begin and end", () => {
  assertEquals([999, 1_000, 1_999, 2_000].map((at) => isInForce(PAUSE, at)), [true, true, true, false]);
  assertEquals([999, 1_000, 1_999, 2_000].map((at) => covers(PAUSE, at)), [false, true, true, false]);
});

for (
  const text of [
    "",
    '{"since":5,"until":6}',
    "{",
    "[]",
    "null",
    '{"until":5}',
    '{"since":"x","until":"1970-01-01T00:33:20Z"}',
  ]
) {
  Deno.test(`a pause that cannot be read has no end: ${JSON.stringify(text)}`, () => {
    const { files } = fakeSystem({ files: { [FILE]: text } });
    const pause = readPause(files, RID)!;
    assertEquals(pause, { since: undefined, until: undefined, reason: null });
    assertEquals([isInForce(pause, 9e9), covers(pause, 9e9)], [true, true]);
  });
}

Deno.test("a pause whose file cannot even be opened has no end either", () => {
  const read = () => {
    throw new Error("Is a directory");
  };
  assertEquals(readPause({ read }, RID)?.until, undefined);
  assertEquals(isInForce(readPause({ read }, RID)!, 0), true);
});

Deno.test("removeEndedPause() leaves a pause that is in force, and one that began while it waited", async () => {
  const { files, clock } = fakeSystem();
  await writePause(files, RID, PAUSE);
  await removeEndedPause(files, RID, 1_999);
  assertEquals(readPause(files, RID), PAUSE);
  const held = files.tryLock(`${RID}/pause.lock`)!;
  const removal = removeEndedPause(files, RID, 2_000);
  const next = { since: 2_000, until: 3_000, reason: null };
  files.put(FILE, '{"since":"1970-01-01T00:33:20Z","until":"1970-01-01T00:50:00Z","reason":null}');
  held.release();
  await clock.runUntil(removal);
  assertEquals(readPause(files, RID), next);
  await removeEndedPause(files, RID, 3_000);
  assertEquals(files.read(FILE), undefined);
});
