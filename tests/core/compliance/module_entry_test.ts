import { assertEquals } from "@std/assert";
import {
  isComplianceName,
  isEntryOf,
  orderOf,
  readModuleEntry,
} from "../../../src/core/compliance/module_entry.ts";

const entries: readonly [entry: string, name: string, order: number][] = [
  ["10-sshd", "sshd", 10],
  ["S10-sshd", "sshd", 10],
  ["SS007sshd", "sshd", 7],
  ["0--a.b", "a.b", 0],
  ["100-10-x", "10-x", 100],
];

for (const [entry, name, order] of entries) {
  Deno.test(`readModuleEntry() takes ${entry} apart`, () => {
    assertEquals(readModuleEntry(entry), { entry, name, order });
    assertEquals([isEntryOf(entry, name), orderOf(entry, name)], [true, order]);
  });
}

Deno.test("readModuleEntry() leaves what is no module", () => {
  for (const entry of ["sshd", "S-sshd", "a10-sshd", "10", "-10-sshd", "com.opensvc", ""]) {
    assertEquals(readModuleEntry(entry), undefined, entry);
  }
});

Deno.test("isEntryOf() compares with the name alone, special characters included", () => {
  assertEquals(isEntryOf("10-a.b", "a.b"), true);
  assertEquals(isEntryOf("10-axb", "a.b"), false);
  assertEquals(isEntryOf("10-my-sshd", "sshd"), false);
  assertEquals([isEntryOf("102fa", "2fa"), orderOf("102fa", "2fa")], [true, 10]);
  assertEquals(isEntryOf("2fa", "2fa"), false);
});

Deno.test("isComplianceName() refuses blanks, slashes and control characters", () => {
  assertEquals(["a", "a.b-c_1", "é"].every(isComplianceName), true);
  assertEquals(["", "a b", "a/b", "..\n", "a\0", "x".repeat(201)].some(isComplianceName), false);
});
