import { assertEquals } from "@std/assert";
import { parseObject, readState, replaceState, setAsideCorrupt } from "../../src/state/state_file.ts";
import { CORRUPTIONS } from "../fakes/corruptions.ts";
import { fakeSystem } from "../fakes/system.ts";

const FILE = "/s/file";
const options = { parse: parseObject };

for (const { what, put } of CORRUPTIONS.filter(({ what }) => what !== "an object of other types")) {
  Deno.test(`readState() and replaceState() of a file that is ${what}`, async () => {
    const { files } = fakeSystem();
    put(files, FILE, '{"a":1}\n');
    const found = readState(files, FILE, parseObject);
    assertEquals([found.kind, found.kind === "unusable" && found.isCorrupt], ["unusable", true]);
    const warnings: string[] = [];
    await replaceState(files, FILE, '{"b":2}\n', { ...options, warn: (text) => warnings.push(text) });
    assertEquals(readState(files, FILE, parseObject), { kind: "value", value: { b: 2 } });
    assertEquals(files.facts(`${FILE}.corrupt`) !== undefined, true);
    assertEquals(warnings.map((text) => text.endsWith(`; it is set aside as ${FILE}.corrupt`)), [true]);
  });
}

Deno.test("replaceState() keeps the newest corrupt file only, in the place of a folder too", async () => {
  const { files } = fakeSystem();
  files.putKind(`${FILE}.corrupt`, "folder");
  for (const text of ["one", "two"]) {
    files.put(FILE, text);
    await replaceState(files, FILE, "{}\n", options);
    assertEquals(files.read(`${FILE}.corrupt`), text);
  }
});

Deno.test("a file that only cannot be read now is not set aside", () => {
  const { files } = fakeSystem({ files: { [FILE]: "{}" } });
  files.denyReading(FILE, new Error("Too many open files (os error 24)"));
  const found = readState(files, FILE, parseObject);
  assertEquals(found.kind === "unusable" && !found.isCorrupt, true);
  setAsideCorrupt(files, FILE, parseObject);
  assertEquals(files.facts(`${FILE}.corrupt`), undefined);
});

Deno.test("replaceState() goes on when nothing can be set aside, and says nothing that is not so", async () => {
  const { files } = fakeSystem({ files: { [FILE]: "torn" } });
  files.breakAt(`${FILE}.corrupt`, new Error("Read-only file system (os error 30)"));
  const warnings: string[] = [];
  await replaceState(files, FILE, "{}\n", { ...options, warn: (text) => warnings.push(text) });
  assertEquals([files.read(FILE), warnings], ["{}\n", []]);
});
