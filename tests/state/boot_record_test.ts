import { assertEquals } from "@std/assert";
import { readBootState, writeBootState } from "../../src/state/boot_record.ts";
import { fakeSystem } from "../fakes/system.ts";

const FILE = "/s/boot_task#1";

Deno.test("readBootState() reads what writeBootState() wrote, of this boot only", async () => {
  const system = fakeSystem();
  assertEquals(readBootState(system, FILE), undefined);
  for (const state of ["waiting", "done"] as const) {
    await writeBootState(system, FILE, state);
    assertEquals(readBootState(system, FILE), state);
  }
  const host = { bootId: "b0000000-0000-4000-8000-000000000002" };
  assertEquals(readBootState({ ...system, host }, FILE), undefined);
});

Deno.test("readBootState() takes what it cannot read for done when it was written since the boot", async () => {
  const system = fakeSystem({ files: { [FILE]: "b0000000-0000" } });
  const warnings: string[] = [];
  assertEquals(readBootState(system, FILE, (text) => warnings.push(text)), "done");
  assertEquals(warnings.length, 1);
  system.files.change(FILE, { modifiedAt: system.clock.now() - 3_600_000 });
  assertEquals(readBootState(system, FILE), undefined);
  await writeBootState(system, FILE, "done");
  assertEquals([readBootState(system, FILE), system.files.read(`${FILE}.corrupt`)], [
    "done",
    "b0000000-0000",
  ]);
});
