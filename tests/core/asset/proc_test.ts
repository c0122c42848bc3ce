import { assertEquals } from "@std/assert";
import { fullNameOf, machineOf, parseBootTime, parseMemory } from "../../../src/core/asset/proc.ts";

Deno.test("parseMemory() reads MiB", () => {
  assertEquals(parseMemory("MemTotal:       16384000 kB\nMemFree: 1 kB\n"), 16000);
  assertEquals(parseMemory("MemFree: 1 kB\n"), undefined);
});

Deno.test("parseBootTime() reads seconds since the epoch", () => {
  assertEquals(parseBootTime("cpu  1 2 3\nbtime 1772445600\nprocesses 9\n"), 1772445600);
  assertEquals(parseBootTime("cpu  1 2 3\n"), undefined);
});

Deno.test("machineOf() reads the head of a program", () => {
  const head = (machine: number) => {
    const bytes = new Uint8Array(20);
    bytes.set([0x7f, 0x45, 0x4c, 0x46]);
    bytes[18] = machine;
    return bytes;
  };
  assertEquals(machineOf(head(62)), "amd64");
  assertEquals(machineOf(head(183)), "arm64");
  assertEquals(machineOf(head(8)), undefined);
  assertEquals(machineOf(head(62).subarray(0, 19)), undefined);
  assertEquals(machineOf(new TextEncoder().encode("#!/bin/sh\nexec agent 1\n")), undefined);
});

const HOSTS =
  "127.0.0.1 localhost\n# 192.0.2.9 n1.old.example.com n1\n192.0.2.10 n1.example.com n1 # the node\n";

const names = [
  ["n1", HOSTS, "n1.example.com"],
  ["n1.corp.example.com", HOSTS, "n1.corp.example.com"],
  ["n2", HOSTS, "n2"],
  ["n1", "192.0.2.10 n1.example.com\n", "n1"],
] as const;

for (const [host, hosts, expected] of names) {
  Deno.test(`fullNameOf("${host}") is ${expected}`, () => assertEquals(fullNameOf(host, hosts), expected));
}
