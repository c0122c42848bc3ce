import { assertEquals, assertThrows } from "@std/assert";
import { isInNetwork, toAddress, toPrefixLength } from "../../../src/core/host/address.ts";

Deno.test("toAddress() takes both kinds in any spelling, and no name", () => {
  for (
    const [text, address] of [
      ["192.0.2.10", "192.0.2.10"],
      ["192.000.002.010", "192.0.2.10"],
      ["2001:DB8:0::1", "2001:db8::1"],
      ["::1", "::1"],
      ["256.0.0.1", undefined],
      ["shop.example.com", undefined],
      ["1.2.3", undefined],
      ["fe80::1%eth0", undefined],
      ["", undefined],
    ] as const
  ) assertEquals(toAddress(text), address, text);
});

Deno.test("toPrefixLength() takes lengths and masks, and refuses what is neither", () => {
  for (
    const [text, length] of [["24", 24], ["0", 0], ["255.255.255.0", 24], ["255.255.240.0", 20], [
      "0.0.0.0",
      0,
    ]] as const
  ) assertEquals(toPrefixLength(text, "192.0.2.1"), length, text);
  assertEquals(toPrefixLength("64", "2001:db8::1"), 64);
  for (const text of ["33", "255.0.255.0", "x", "-1", ""]) {
    assertThrows(() => toPrefixLength(text, "192.0.2.1"), SyntaxError, "netmask");
  }
  assertThrows(() => toPrefixLength("255.255.0.0", "2001:db8::1"), SyntaxError);
});

Deno.test("isInNetwork() compares the prefix", () => {
  assertEquals(isInNetwork("192.0.2.200", "192.0.2.1/25"), false);
  assertEquals(isInNetwork("192.0.2.100", "192.0.2.1/25"), true);
  assertEquals(isInNetwork("10.9.9.9", "192.0.2.1/0"), true);
  assertEquals(isInNetwork("2001:db8::1", "192.0.2.1/24"), false);
});
