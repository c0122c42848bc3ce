/**
 * The table of the firmware, `/sys/firmware/dmi/tables/DMI`, as far as it tells of memory modules.
 *
 * @module
 */

/** A place for a memory module, with or without one. */
export interface MemoryDevice {
  /** Such as `DIMM_A1 BANK 0`. */
  readonly path: string;
  /** MiB; 0 when nothing is plugged in. */
  readonly size: number;
  /** Such as `DDR4`; empty when it is not told. */
  readonly kind: string;
  /** MT/s; 0 when it is not told. */
  readonly speed: number;
  /** Maker and part number. */
  readonly description: string;
}

interface Structure {
  readonly type: number;
  readonly data: DataView;
  readonly strings: readonly string[];
}

const MEMORY_DEVICE = 17;
const END_OF_TABLE = 127;

/** Lists the places for memory modules; a table that is cut off gives those before the cut. */
export function memoryDevices(table: Uint8Array): MemoryDevice[] {
  return structuresOf(table).filter(({ type }) => type === MEMORY_DEVICE).map(deviceOf);
}

/** Each structure is a head of four bytes, its data, and texts that end with an empty one. */
function structuresOf(table: Uint8Array): Structure[] {
  const structures: Structure[] = [];
  for (let at = 0; at + 4 <= table.length;) {
    const [type, length] = [table[at]!, table[at + 1]!];
    if (type === END_OF_TABLE || length < 4 || at + length > table.length) break;
    const data = new DataView(table.buffer, table.byteOffset + at, length);
    const { strings, end } = stringsAt(table, at + length);
    structures.push({ type, data, strings });
    at = end;
  }
  return structures;
}

function stringsAt(table: Uint8Array, start: number): { readonly strings: string[]; readonly end: number } {
  const strings: string[] = [];
  let at = start;
  for (let zero = at; at < table.length; at = zero + 1) {
    zero = table.indexOf(0, at);
    if (zero < 0) zero = table.length;
    if (zero === at) break;
    strings.push(new TextDecoder("latin1").decode(table.subarray(at, zero)).trim());
  }
  // Without any text there are two zeros all the same.
  return { strings, end: at + (strings.length === 0 ? 2 : 1) };
}

const KINDS: Readonly<Record<number, string>> = {
  0x12: "DDR",
  0x13: "DDR2",
  0x18: "DDR3",
  0x1a: "DDR4",
  0x1b: "LPDDR",
  0x1c: "LPDDR2",
  0x1d: "LPDDR3",
  0x1e: "LPDDR4",
  0x22: "DDR5",
  0x23: "LPDDR5",
};

function deviceOf({ data, strings }: Structure): MemoryDevice {
  const byte = (at: number) => at < data.byteLength ? data.getUint8(at) : 0;
  const word = (at: number) => at + 2 <= data.byteLength ? data.getUint16(at, true) : 0;
  const text = (at: number) => strings[byte(at) - 1] ?? "";
  const joined = (...parts: string[]) => parts.filter((part) => part !== "").join(" ");
  return {
    path: joined(text(0x10), text(0x11)),
    size: sizeOf(word(0x0c), 0x20 <= data.byteLength ? data.getUint32(0x1c, true) : 0),
    kind: KINDS[byte(0x12)] ?? "",
    speed: word(0x15) === 0xffff ? 0 : word(0x15),
    description: joined(text(0x17), text(0x1a)),
  };
}

/** The highest bit says KiB; all other bits say that the size is too large for them, and all that it is unknown. */
function sizeOf(short: number, long: number): number {
  if (short === 0xffff) return 0;
  if (short === 0x7fff) return long & 0x7fffffff;
  return short & 0x8000 ? Math.round((short & 0x7fff) / 1024) : short;
}
