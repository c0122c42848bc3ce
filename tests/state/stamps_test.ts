import { assertEquals } from "@std/assert";
import { parseStamp, stampName, StampReader, writeStamp } from "../../src/state/stamps.ts";
import { fakeSystem } from "../fakes/system.ts";

const texts: [text: string, seconds: number | undefined][] = [
  ["1480305660.25\n", 1480305660.25],
  ["1480305660", 1480305660],
  ["2016-11-28 04:01:00.123456\n", 1480305660],
  ["2016-11-28 04:01:00", 1480305660],
  ["", undefined],
  ["1480305660x", undefined],
  ["-5", undefined],
  ["17724", undefined],
  ["2016-02-30 04:01:00", undefined],
  ["NaN", undefined],
];

for (const [text, seconds] of texts) {
  Deno.test(`parseStamp() reads ${JSON.stringify(text)} as ${seconds}`, () =>
    assertEquals(parseStamp(text, fakeSystem().clock), seconds));
}

Deno.test("parseStamp() reads the old date of 2.1 by the clocks of this host", () => {
  const { clock } = fakeSystem({ zone: "Europe/Paris" });
  assertEquals(parseStamp("2016-11-28 05:01:00.123456\n", clock), 1480305660);
});

Deno.test("StampReader takes the time of a stamp that was set aside, until there is a new one", async () => {
  const system = fakeSystem();
  system.files.put("/s/scheduler/last_task#0", "torn", { modifiedAt: 1_480_305_660_000 });
  system.files.rename("/s/scheduler/last_task#0", "/s/scheduler/last_task#0.corrupt");
  assertEquals(new StampReader(system, "/s").read("last_task#0"), 1480305660);
  await writeStamp(system, "/s", "last_task#0", { seconds: 1772445600 });
  assertEquals(new StampReader(system, "/s").read("last_task#0"), 1772445600);
});

Deno.test("writeStamp() is done when only the time of the file cannot be set", async () => {
  const system = fakeSystem();
  const warnings: string[] = [];
  const files = new Proxy(system.files, {
    get(target, key) {
      if (key === "touch") {
        return () => {
          throw new Error("Operation not permitted (os error 1)");
        };
      }
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const warn = (text: string) => warnings.push(text);
  await writeStamp({ ...system, files }, "/s", "last_task#0", { seconds: 1772445600, warn });
  assertEquals(new StampReader(system, "/s").read("last_task#0"), 1772445600);
  assertEquals(warnings.length, 1);
});

Deno.test("stampName() is the one of the reference", () => {
  assertEquals([stampName("run", "task#0"), stampName("status")], ["last_task#0", "last_status"]);
});

Deno.test("StampReader takes the file's time for an empty or a torn stamp, and nothing for none", () => {
  const system = fakeSystem();
  system.files.put("/s/scheduler/last_task#0", "", { modifiedAt: 5_000 });
  system.files.put("/s/scheduler/last_task#1", "14803\0", { modifiedAt: 6_500 });
  const reader = new StampReader(system, "/s");
  assertEquals(["last_task#0", "last_task#1", "last_task#2"].map((name) => reader.read(name)), [
    5,
    6.5,
    undefined,
  ]);
  assertEquals(new StampReader(system, "/nowhere").read("last_status"), undefined);
});

Deno.test("writeStamp() writes what every version reads: text and file time, durably, for nobody else", async () => {
  const system = fakeSystem();
  const { files } = system;
  await writeStamp(system, "/s", "last_task#0", { seconds: 1480305660 });
  await writeStamp(system, "/s", "last_task#1", { seconds: 1480305660.5 });
  assertEquals(files.read("/s/scheduler/last_task#0"), "1480305660.0\n");
  assertEquals(files.read("/s/scheduler/last_task#1"), "1480305660.5\n");
  assertEquals(files.facts("/s/scheduler/last_task#0")?.modifiedAt, 1480305660_000);
  assertEquals(files.facts("/s/scheduler/last_task#0")?.mode, 0o600);
  assertEquals(files.durable.length, 2);
  assertEquals(new StampReader(system, "/s").read("last_task#1"), 1480305660.5);
});
