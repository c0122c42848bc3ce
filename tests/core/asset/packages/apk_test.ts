import { assertEquals } from "@std/assert";
import { parseApk } from "../../../../src/core/asset/packages/apk.ts";

Deno.test("parseApk() lists packages, which say nothing of when they were installed", () => {
  const text = "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nT:the musl c library\nF:lib\n\nC:Q1\nP:broken\n";
  assertEquals(parseApk(text, 1772445600), [
    { name: "musl", version: "1.2.5-r0", arch: "x86_64", type: "apk", sig: "", installedAt: 1772445600 },
  ]);
});
