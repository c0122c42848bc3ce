import { assertEquals } from "@std/assert";
import { readSyncStamp, writeSyncStamp } from "../../src/state/sync_stamps.ts";
import { fakeSystem } from "../fakes/system.ts";

Deno.test("writeSyncStamp() keeps a stamp for each target, which OpenSVC reads", async () => {
  const system = fakeSystem();
  const { files } = system;
  await writeSyncStamp(system, "/v/sync#1", "N2", { seconds: 1_480_305_660 });
  assertEquals(files.read("/v/sync#1/last_sync_n2"), "1480305660.0\n");
  assertEquals(files.facts("/v/sync#1/last_sync_n2")?.modifiedAt, 1_480_305_660_000);
  assertEquals(readSyncStamp(system, "/v/sync#1", "n2"), 1_480_305_660);
  assertEquals(readSyncStamp(system, "/v/sync#1", "n3"), undefined);
});

Deno.test("readSyncStamp() takes the time of an empty file, as the 3 agent leaves it", () => {
  const system = fakeSystem();
  const { files } = system;
  files.put("/v/sync#1/last_sync_n2", "");
  files.touch("/v/sync#1/last_sync_n2", 1_480_305_660_000);
  assertEquals(readSyncStamp(system, "/v/sync#1", "n2"), 1_480_305_660);
});

Deno.test("readSyncStamp() does not believe a torn stamp, and the next one sets it aside", async () => {
  const system = fakeSystem({ files: { "/v/sync#1/last_sync_n2": "14" } });
  assertEquals(readSyncStamp(system, "/v/sync#1", "n2"), undefined);
  const warnings: string[] = [];
  await writeSyncStamp(system, "/v/sync#1", "n2", {
    seconds: 1_480_305_660,
    warn: (text) => warnings.push(text),
  });
  assertEquals([readSyncStamp(system, "/v/sync#1", "n2"), warnings.length], [1_480_305_660, 1]);
});
