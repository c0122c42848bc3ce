import { assertEquals } from "@std/assert";
import { memoryHardware, pciHardware } from "../../../src/core/asset/pci.ts";

const SATA = {
  address: "0000:00:1f.2",
  vendor: "0x8086",
  device: "0xa182",
  class: "0x010601",
  revision: "0x09",
  driver: "ahci",
};
const IDS =
  "# list\n1af4  Red Hat, Inc.\n8086  Intel Corporation\n\ta182  C620 SATA Controller\n\t\t1028 0001  A sub system\n" +
  "C 01  Mass storage controller\n\t06  SATA controller\n8086  not a maker\n";

Deno.test("pciHardware() names a device", () => {
  assertEquals(pciHardware([SATA], IDS), [{
    type: "pci",
    path: "00:1f.2",
    class: "Mass storage controller",
    description: "Intel Corporation C620 SATA Controller (rev 09)",
    driver: "ahci",
  }]);
});

Deno.test("pciHardware() gives numbers without a list, or for what the list does not have", () => {
  assertEquals(pciHardware([SATA], undefined)[0]?.description, "8086 a182 (rev 09)");
  const other = { ...SATA, device: "0xffff", class: "0xee0000" };
  const [found] = pciHardware([other], IDS);
  assertEquals([found?.class, found?.description], ["ee0000", "Intel Corporation ffff (rev 09)"]);
});

Deno.test("memoryHardware() tells modules, and places without one", () => {
  const module = {
    path: "A1",
    size: 16384,
    kind: "DDR4",
    speed: 3200,
    description: "Samsung ".padEnd(200, "x"),
  };
  const [full, empty] = memoryHardware([module, { ...module, size: 0, kind: "", speed: 0 }]);
  assertEquals([full?.class, full?.description.length, empty?.class], [
    "16384 MB DDR4 3200 MT/s",
    128,
    "empty",
  ]);
});
