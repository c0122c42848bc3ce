/**
 * Devices on the PCI bus, named by a list of identifiers where the host has one.
 *
 * @module
 */
import type { MemoryDevice } from "./smbios.ts";

/** A part of the machine. */
export interface HardwareFact {
  readonly type: "pci" | "mem";
  readonly path: string;
  readonly class: string;
  readonly description: string;
  /** The module of the kernel that has it; empty for none. */
  readonly driver: string;
}

/** The texts that `/sys` has of a device. */
export interface PciDevice {
  /** Such as `0000:00:1f.2`. */
  readonly address: string;
  /** Such as `0x8086`. */
  readonly vendor: string;
  readonly device: string;
  /** Such as `0x010601`. */
  readonly class: string;
  readonly revision: string;
  readonly driver: string;
}

/** The longest description that the collector keeps. */
const MAX_DESCRIPTION = 128;

/** The base classes of the bus. */
const CLASSES: Readonly<Record<string, string>> = {
  "00": "Unclassified device",
  "01": "Mass storage controller",
  "02": "Network controller",
  "03": "Display controller",
  "04": "Multimedia controller",
  "05": "Memory controller",
  "06": "Bridge",
  "07": "Communication controller",
  "08": "Generic system peripheral",
  "09": "Input device controller",
  "0a": "Docking station",
  "0b": "Processor",
  "0c": "Serial bus controller",
  "0d": "Wireless controller",
  "0e": "Intelligent controller",
  "0f": "Satellite communications controller",
  "10": "Encryption controller",
  "11": "Signal processing controller",
  "12": "Processing accelerators",
  "13": "Non-Essential Instrumentation",
  "40": "Coprocessor",
  ff: "Unassigned class",
};

/** Says what the devices are; without a list of names, `ids`, by the numbers of their makers. */
export function pciHardware(devices: readonly PciDevice[], ids: string | undefined): HardwareFact[] {
  const names = namesOf(devices, ids ?? "");
  return devices.map((device) => {
    const [vendor, product] = [bare(device.vendor), bare(device.device)];
    const what = `${names.get(vendor) ?? vendor} ${names.get(`${vendor} ${product}`) ?? product}`;
    return {
      type: "pci",
      path: device.address.replace(/^[^:]*:/, ""),
      class: CLASSES[bare(device.class).slice(0, 2)] ?? bare(device.class),
      description: `${what} (rev ${bare(device.revision)})`.slice(0, MAX_DESCRIPTION),
      driver: device.driver,
    };
  });
}

/** Modules of memory, as parts of the machine; empty places are parts, too. */
export function memoryHardware(devices: readonly MemoryDevice[]): HardwareFact[] {
  return devices.map(({ path, size, kind, speed, description }) => ({
    type: "mem",
    path,
    class: [size > 0 ? `${size} MB` : "empty", kind, speed > 0 ? `${speed} MT/s` : ""].filter(Boolean).join(
      " ",
    ),
    description: description.slice(0, MAX_DESCRIPTION),
    driver: "",
  }));
}

function bare(number: string): string {
  return number.trim().replace(/^0x/, "").toLowerCase();
}

/** Looks the wanted numbers up in the text of `pci.ids`: makers at the margin, their products one tab in. */
function namesOf(devices: readonly PciDevice[], ids: string): Map<string, string> {
  const wanted = new Set(
    devices.flatMap((each) => [bare(each.vendor), `${bare(each.vendor)} ${bare(each.device)}`]),
  );
  const names = new Map<string, string>();
  let vendor = "";
  for (const line of ids.split("\n")) {
    // Classes come last, and would be taken for makers.
    if (line.startsWith("C ")) break;
    const [, indent, id, name] = /^(\t?)([0-9a-f]{4})\s+(.*?)\s*$/.exec(line) ?? [];
    if (id === undefined) continue;
    if (indent === "") vendor = id;
    const key = indent === "" ? id : `${vendor} ${id}`;
    if (wanted.has(key)) names.set(key, name!);
  }
  return names;
}
