import type { HardwareFact, PciDevice } from "../../core/asset/pci.ts";
import { memoryHardware, pciHardware } from "../../core/asset/pci.ts";
import { memoryDevices } from "../../core/asset/smbios.ts";
import type { Probe } from "./probe.ts";
import { LARGE } from "./probe.ts";
import { FIRMWARE_TABLE } from "./read_properties.ts";

const DEVICES = "/sys/bus/pci/devices";
/** Where a host keeps the names of devices, if it does. */
const NAMES = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids", "/usr/share/pci.ids"];

/** The devices and the memory modules of the machine. Throws `ProbeError`. */
export function readHardware(probe: Probe): HardwareFact[] {
  const devices = probe.names(DEVICES).map((address) => readDevice(probe, address));
  const ids = devices.length === 0
    ? undefined
    : NAMES.map((path) => probe.tryText(path, LARGE)).find((text) => text !== undefined);
  const table = probe.bytes(FIRMWARE_TABLE, LARGE);
  return [...pciHardware(devices, ids), ...(table === undefined ? [] : memoryHardware(memoryDevices(table)))];
}

function readDevice(probe: Probe, address: string): PciDevice {
  const folder = `${DEVICES}/${address}`;
  const text = (name: string) => probe.text(`${folder}/${name}`) ?? "";
  return {
    address,
    vendor: text("vendor"),
    device: text("device"),
    class: text("class"),
    revision: text("revision"),
    driver: probe.place(`${folder}/driver`)?.split("/").at(-1) ?? "",
  };
}
