import { assertEquals } from "@std/assert";
import { fcTargets, hbasOf, iscsiTargets, parseInitiator } from "../../../src/core/asset/san.ts";

const HOSTS = [
  {
    name: "host3",
    portName: "0x21000024FF3434E4",
    place: "/sys/devices/pci0000:00/0000:05:00.0/host3/fc_host/host3",
  },
  {
    name: "host4",
    portName: "0x2000000000000004",
    place: "/sys/devices/pci0000:00/net/eth2/host4/fc_host/host4",
  },
];
const IQN = "iqn.1993-08.org.debian:01:abc";

Deno.test("hbasOf() tells ports and the iSCSI name, as arrays write them", () => {
  assertEquals(hbasOf(HOSTS, IQN), [
    { hba_id: "21000024ff3434e4", hba_type: "fc" },
    { hba_id: "2000000000000004", hba_type: "fcoe" },
    { hba_id: IQN, hba_type: "iscsi" },
  ]);
  assertEquals(hbasOf([], undefined), []);
});

Deno.test("fcTargets() leaves out what is not there any more, and tells a pair once", () => {
  const remotes = [
    { name: "rport-3:0-1", portName: "0x50060e8005abcd00", state: "Online" },
    { name: "target3:0:1", portName: "0x50060e8005abcd00", state: "" },
    { name: "rport-3:0-2", portName: "0x50060e8005abcd01", state: "Not Present" },
    { name: "rport-3:0-3", portName: "0x0", state: "Online" },
    { name: "rport-9:0-3", portName: "0x50060e8005abcd02", state: "Online" },
  ];
  assertEquals(fcTargets(HOSTS, remotes), [{ hba_id: "21000024ff3434e4", tgt_id: "50060e8005abcd00" }]);
});

Deno.test("iscsiTargets() needs the name of the host", () => {
  assertEquals(iscsiTargets(IQN, ["iqn.2026.x:t1", "iqn.2026.x:t1", ""]), [{
    hba_id: IQN,
    tgt_id: "iqn.2026.x:t1",
  }]);
  assertEquals(iscsiTargets(undefined, ["iqn.2026.x:t1"]), []);
});

Deno.test("parseInitiator() reads the name behind comments", () => {
  assertEquals(parseInitiator(`## InitiatorName=no\n InitiatorName = ${IQN}\n`), IQN);
  assertEquals(parseInitiator("GenerateName=yes\n"), undefined);
});
