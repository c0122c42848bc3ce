import { assertEquals } from "@std/assert";
import { deprecatedAddresses, lanOf } from "../../../src/core/asset/lan.ts";

Deno.test("lanOf() sorts addresses, labelled ones too, by hardware address, without those that every host has", () => {
  const lan = lanOf(
    [
      { name: "lo", address: "127.0.0.1", cidr: "127.0.0.1/8" },
      { name: "lo", address: "::1", cidr: "::1/128" },
      { name: "lo", address: "192.0.2.99", cidr: "192.0.2.99/32" },
      { name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" },
      { name: "eth0:web", address: "192.0.2.11", cidr: "192.0.2.11/24" },
      { name: "eth0", address: "2001:db8::2", cidr: "2001:db8::2/64" },
      { name: "tun0", address: "198.51.100.1", cidr: "198.51.100.1/30" },
    ],
    new Map([["lo", "00:00:00:00:00:00"], ["eth0", "02:fc:00:00:00:01"]]),
    new Set(["2001:db8::2"]),
  );
  assertEquals(lan, {
    "00:00:00:00:00:00": [
      { intf: "lo", type: "ipv4", addr: "192.0.2.99", mask: "32", flag_deprecated: false },
    ],
    "02:fc:00:00:00:01": [
      { intf: "eth0", type: "ipv4", addr: "192.0.2.10", mask: "24", flag_deprecated: false },
      { intf: "eth0", type: "ipv4", addr: "192.0.2.11", mask: "24", flag_deprecated: false },
      { intf: "eth0", type: "ipv6", addr: "2001:db8::2", mask: "64", flag_deprecated: true },
    ],
    "": [{ intf: "tun0", type: "ipv4", addr: "198.51.100.1", mask: "30", flag_deprecated: false }],
  });
});

const spellings = [
  ["20010db8000000000000000000000002", "2001:db8::2"],
  ["fe8000000000000000fc00fffe000001", "fe80::fc:ff:fe00:1"],
  ["20010db8000000010000000000000000", "2001:db8:0:1::"],
  ["00000000000000010000000000000001", "::1:0:0:0:1"],
  ["20010db8000100010001000100010001", "2001:db8:1:1:1:1:1:1"],
  ["20010db8000100010001000000010001", "2001:db8:1:1:1:0:1:1"],
] as const;

for (const [digits, address] of spellings) {
  Deno.test(`deprecatedAddresses() spells ${address}`, () => {
    assertEquals(deprecatedAddresses(`${digits} 02 40 00 a0     eth0\n`), new Set([address]));
    assertEquals(deprecatedAddresses(`${digits} 02 40 00 80     eth0\n`), new Set());
  });
}
