import { assertEquals } from "@std/assert";
import { machineFacts } from "../../../src/core/asset/machine.ts";

Deno.test("machineFacts() reads DMI, and leaves out what makers write who have nothing to say", () => {
  const dmi = {
    sys_vendor: "Dell  Inc.\n",
    product_name: "PowerEdge R640",
    product_serial: "To Be Filled By O.E.M.",
    bios_version: "2.19.1",
  };
  assertEquals(machineFacts({ dmi }), {
    manufacturer: "Dell Inc.",
    model: "PowerEdge R640",
    serial: "",
    biosVersion: "2.19.1",
  });
});

Deno.test("machineFacts() reads the device tree of an arm host, whose texts end with a NUL", () => {
  const tree = {
    model: "Raspberry Pi 4 Model B Rev 1.4\0",
    compatible: "raspberrypi,4-model-b\0brcm,bcm2711\0",
    "serial-number": "10000000abcdef01\0",
  };
  assertEquals(machineFacts({ tree }), {
    manufacturer: "raspberrypi",
    model: "Raspberry Pi 4 Model B Rev 1.4",
    serial: "10000000abcdef01",
    biosVersion: "",
  });
});

Deno.test("machineFacts() knows nothing in a container without /sys/class/dmi", () => {
  assertEquals(machineFacts({}), { manufacturer: "", model: "", serial: "", biosVersion: "" });
});
