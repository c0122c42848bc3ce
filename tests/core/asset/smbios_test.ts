import { assertEquals } from "@std/assert";
import { memoryDevices } from "../../../src/core/asset/smbios.ts";

/** One structure: its head, its data, and its texts. */
function structure(
  type: number,
  length: number,
  fill: (data: DataView) => void,
  texts: readonly string[],
): number[] {
  const bytes = new Uint8Array(length);
  bytes[0] = type;
  bytes[1] = length;
  fill(new DataView(bytes.buffer));
  const strings = texts.flatMap((text) => [...new TextEncoder().encode(text), 0]);
  return [...bytes, ...(strings.length === 0 ? [0, 0] : [...strings, 0])];
}

function dimm(size: number, { long = 0, texts = ["DIMM_A1", "BANK 0", "Samsung", "M393"] } = {}): number[] {
  return structure(17, 0x28, (data) => {
    data.setUint16(0x0c, size, true);
    data.setUint8(0x10, 1);
    data.setUint8(0x11, 2);
    data.setUint8(0x12, 0x1a);
    data.setUint16(0x15, 3200, true);
    data.setUint8(0x17, 3);
    data.setUint8(0x1a, 4);
    data.setUint32(0x1c, long, true);
  }, texts);
}

const BIOS = structure(0, 0x12, () => {}, ["Dell Inc.", "2.19.1"]);
const BARE = structure(126, 4, () => {}, []);
const END = structure(127, 4, () => {}, []);

Deno.test("memoryDevices() lists places with their modules", () => {
  const table = new Uint8Array([
    ...BIOS,
    ...BARE,
    ...dimm(16384),
    ...dimm(0, { texts: ["DIMM_A2"] }),
    ...END,
  ]);
  assertEquals(memoryDevices(table), [
    { path: "DIMM_A1 BANK 0", size: 16384, kind: "DDR4", speed: 3200, description: "Samsung M393" },
    { path: "DIMM_A2", size: 0, kind: "DDR4", speed: 3200, description: "" },
  ]);
});

const sizes = [
  ["KiB", 0x8000 | 2048, 0, 2],
  ["too large for two bytes", 0x7fff, 65536, 65536],
  ["unknown", 0xffff, 0, 0],
] as const;

for (const [edge, short, long, expected] of sizes) {
  Deno.test(`memoryDevices() reads a size that is ${edge}`, () => {
    assertEquals(memoryDevices(new Uint8Array(dimm(short, { long })))[0]?.size, expected);
  });
}

Deno.test("memoryDevices() reads nothing behind the end, and survives every cut", () => {
  assertEquals(memoryDevices(new Uint8Array([...END, ...dimm(1024)])), []);
  const table = new Uint8Array([...BIOS, ...dimm(1024), ...dimm(2048)]);
  const whole = memoryDevices(table);
  for (let length = 0; length < table.length; length++) {
    const found = memoryDevices(table.subarray(0, length)).map(({ size }) => size);
    assertEquals(found, whole.slice(0, found.length).map(({ size }) => size));
  }
});
