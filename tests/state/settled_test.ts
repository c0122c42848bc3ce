import { assertEquals } from "@std/assert";
import { readSettled, writeSettled } from "../../src/state/settled.ts";
import { fakeSystem } from "../fakes/system.ts";

const FOLDER = "/var/lib/agent/svc/svc1";
const FILE = `${FOLDER}/scheduler/settled_task#0`;

Deno.test("readSettled() reads what writeSettled() wrote, beside the stamps and for root only", async () => {
  const { files } = fakeSystem();
  const settled = { until: 1_772_445_600, schedule: "Europe/Paris 10:30" };
  await writeSettled(files, { memoryFolder: FOLDER, rid: "task#0", settled });
  assertEquals(readSettled(files, FOLDER, "task#0"), settled);
  assertEquals(files.facts(FILE)?.mode, 0o600);
  assertEquals(readSettled(files, FOLDER, "task#1"), undefined);
});

for (const text of ["", '{"until": 17', "[]", "null", '{"until": "x", "schedule": "@1"}', '{"until": 3}']) {
  Deno.test(`readSettled() knows nothing from ${JSON.stringify(text)}`, () => {
    const { files } = fakeSystem({ files: { [FILE]: text } });
    assertEquals(readSettled(files, FOLDER, "task#0"), undefined);
  });
}
