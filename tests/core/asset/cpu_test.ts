import { assertEquals } from "@std/assert";
import { countCpus, cpuFacts } from "../../../src/core/asset/cpu.ts";

/** Two sockets of two cores with two threads each. */
const XEON = Array.from({ length: 8 }, (_, thread) =>
  [
    `processor\t: ${thread}`,
    "vendor_id\t: GenuineIntel",
    "model name\t: Intel(R) Xeon(R) Gold  6226R CPU @ 2.90GHz",
    "cpu MHz\t\t: 1200.000",
    `physical id\t: ${Math.floor(thread / 4)}`,
    `core id\t\t: ${thread % 2}`,
    "",
  ].join("\n")).join("\n");

const GRAVITON = Array.from(
  { length: 4 },
  (_, thread) =>
    `processor\t: ${thread}\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd0c\n`,
)
  .join("\n");

Deno.test("cpuFacts() counts sockets, cores and threads of x86-64 from cpuinfo alone", () => {
  assertEquals(cpuFacts(XEON), {
    model: "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz",
    frequency: 2900,
    threads: 8,
    cores: 4,
    dies: 2,
  });
});

Deno.test("cpuFacts() takes the places that /sys tells, and the highest frequency", () => {
  const places = [0, 1, 2, 3].map((thread) => ({ core: thread < 2 ? "0-1" : "2-3", die: "0" }));
  const { frequency, threads, cores, dies } = cpuFacts(XEON, {
    online: "0-3\n",
    places,
    maxFrequency: "3900000\n",
  });
  assertEquals([frequency, threads, cores, dies], [3900, 4, 2, 1]);
});

Deno.test("cpuFacts() names the cores of arm64, which has neither model nor frequency", () => {
  const facts = cpuFacts(GRAVITON, { online: "0-3" });
  assertEquals(facts, { model: "ARM Neoverse-N1", frequency: 0, threads: 4, cores: 4, dies: 1 });
});

Deno.test("cpuFacts() joins big and little cores, and gives the numbers of one that it does not know", () => {
  const text =
    "processor: 0\nCPU implementer: 0x41\nCPU part: 0xd03\n\nprocessor: 1\nCPU implementer: 0x61\nCPU part: 0x1\n" +
    "\nHardware\t: BCM2835\nSerial\t: 1\n";
  const { model, threads } = cpuFacts(text);
  assertEquals([model, threads], ["ARM Cortex-A53 + ARM 0x61 0x1", 2]);
});

Deno.test("cpuFacts() tells nothing where there is nothing", () => {
  assertEquals(cpuFacts(""), { model: "", frequency: 0, threads: 0, cores: 0, dies: 0 });
});

for (const [list, count] of [["0-3,8", 5], ["0", 1], ["", 0], ["x", 0], ["0-", 0]] as const) {
  Deno.test(`countCpus("${list}") is ${count}`, () => assertEquals(countCpus(list), count));
}
