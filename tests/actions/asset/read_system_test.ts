import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createAgent } from "../../../src/actions/agent.ts";
import { readSystem } from "../../../src/actions/asset/read_system.ts";
import { type FakeOptions, type FakeSystem, fakeSystem } from "../../fakes/system.ts";

const CLUSTER = { "/etc/agent/cluster.conf": "[cluster]\nid = c1\n" };
const ACCOUNTS = { "/etc/passwd": "root:x:0:0::/:/bin/sh\n", "/etc/group": "root:x:0:\n" };
const PROC = {
  "/proc/stat": "btime 1772400000\n",
  "/proc/meminfo": "MemTotal: 2048000 kB\n",
  "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
  "/etc/os-release": "ID=debian\nVERSION_ID=12\n",
  "/etc/hosts": "192.0.2.10 n1.example.com n1\n",
};
const SERVER = {
  ...CLUSTER,
  ...ACCOUNTS,
  ...PROC,
  "/proc/self/exe": `\x7fELF${"\0".repeat(14)}\x3e\0`,
  "/proc/cpuinfo": "processor: 0\nmodel name: Xeon\n",
  "/sys/devices/system/cpu/online": "0-1\n",
  "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list": "0-1\n",
  "/sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
  "/sys/devices/system/cpu/cpu1/topology/thread_siblings_list": "0-1\n",
  "/sys/devices/system/cpu/cpu1/topology/physical_package_id": "0\n",
  "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "3900000\n",
  "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n",
  "/sys/class/dmi/id/product_name": "PowerEdge R640\n",
  "/sys/class/dmi/id/product_serial": "ABC123\n",
  "/sys/bus/platform/devices/ipmi_bmc.0/firmware_revision": "6.10\n",
  "/sys/bus/pci/devices/0000:00:1f.2/vendor": "0x8086\n",
  "/sys/bus/pci/devices/0000:00:1f.2/device": "0xa182\n",
  "/sys/bus/pci/devices/0000:00:1f.2/class": "0x010601\n",
  "/sys/bus/pci/devices/0000:00:1f.2/revision": "0x09\n",
  "/sys/class/fc_host/host3/port_name": "0x21000024ff3434e4\n",
  "/sys/class/fc_remote_ports/rport-3:0-1/port_name": "0x50060e8005abcd00\n",
  "/sys/class/fc_remote_ports/rport-3:0-1/port_state": "Online\n",
  "/etc/iscsi/initiatorname.iscsi": "InitiatorName=iqn.1993-08.org.debian:01:abc\n",
  "/sys/class/iscsi_session/session1/targetname": "iqn.2026.x:t1\n",
  "/sys/class/net/eth0/address": "02:fc:00:00:00:01\n",
  "/var/lib/dpkg/status": "Package: a\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n",
  "/var/lib/dpkg/info/a:amd64.list": "",
};

function host(files: Readonly<Record<string, string>>, options: FakeOptions = {}): FakeSystem {
  return fakeSystem({ files, host: { hostName: "n1" }, ...options });
}

const report = (system: FakeSystem) => readSystem(createAgent(system), 1_000_000);

Deno.test("readSystem() tells all of an x86-64 server", async () => {
  const system = host(SERVER, { zone: "Europe/Paris" });
  system.network.list.push({ name: "eth0", address: "192.0.2.10", cidr: "192.0.2.10/24" });
  system.files.link("/sys/bus/pci/devices/0000:00:1f.2/driver", "/sys/bus/pci/drivers/ahci");
  system.files.makeFolder("/sys/bus/pci/drivers/ahci");
  const { body, leftOut } = await report(system);

  assertEquals(leftOut, []);
  const values = Object.fromEntries(
    Object.entries(body.properties!).map(([name, { value }]) => [name, value]),
  );
  assertEquals(values, {
    nodename: "n1",
    fqdn: "n1.example.com",
    version: system.host.version.agent,
    cluster_id: "c1",
    node_env: "TST",
    listener_port: 0,
    os_name: "linux",
    os_vendor: "debian",
    os_kernel: "6.1.0-18-amd64",
    os_arch: "amd64",
    last_boot: "2026-03-01T22:20:00+01:00",
    tz: "+01:00",
    mem_bytes: 2000,
    mem_slots: 0,
    mem_banks: 0,
    cpu_freq: 3900,
    cpu_threads: 2,
    cpu_cores: 1,
    cpu_dies: 1,
    cpu_model: "Xeon",
    manufacturer: "Dell Inc.",
    model: "PowerEdge R640",
    serial: "ABC123",
    bios_version: "",
    sp_version: "6.10",
    enclosure: "",
  });
  assertEquals(body.hardware?.map(({ path, driver }) => [path, driver]), [["00:1f.2", "ahci"]]);
  assertEquals(body.lan?.["02:fc:00:00:00:01"]?.[0]?.addr, "192.0.2.10");
  assertEquals(body.hba?.map(({ hba_type }) => hba_type), ["fc", "iscsi"]);
  assertEquals(body.targets?.map(({ tgt_id }) => tgt_id), ["50060e8005abcd00", "iqn.2026.x:t1"]);
  assertEquals(body.package?.[0]?.installed_at, "2026-03-02T10:00:00Z");
  assertEquals([body.uids?.length, body.gids?.length], [1, 1]);
});

Deno.test("readSystem() tells of an arm64 host without DMI what its device tree says", async () => {
  const system = host({
    ...CLUSTER,
    ...ACCOUNTS,
    ...PROC,
    "/proc/self/exe": `\x7fELF${"\0".repeat(14)}\xb7\0`,
    "/proc/device-tree/model": "Raspberry Pi 4 Model B\0",
    "/proc/cpuinfo": "processor: 0\nCPU implementer: 0x41\nCPU part: 0xd08\n",
  });
  const { body: { properties } } = await report(system);
  assertEquals([properties?.["model"]?.value, properties?.["cpu_model"]?.value], [
    "Raspberry Pi 4 Model B",
    "ARM Cortex-A72",
  ]);
  assertEquals(properties?.["serial"], {
    title: "serial number of the machine",
    source: "default",
    value: "",
  });
});

Deno.test("readSystem() tells of a bare container what there is, and leaves sections out that nobody knows", async () => {
  const system = host({ ...CLUSTER, ...ACCOUNTS });
  const { body, leftOut } = await report(system);
  assertEquals(body.hba, []);
  assertEquals(body.hardware, []);
  // The clock of the host still says when it booted.
  assertEquals(body.properties?.["last_boot"]?.source, "probe");
  assertEquals(leftOut.map(({ section }) => section), ["package"]);
});

Deno.test("readSystem() sends no properties without a cluster id, and says who makes it", async () => {
  const { body, leftOut } = await report(host(ACCOUNTS));
  assertEquals(body.properties, undefined);
  assertEquals(leftOut[0], {
    section: "properties",
    reason:
      "Cannot tell the properties: nothing says cluster_id; agent node register, or the first push, makes the cluster id",
  });
});

for (
  const [path, section] of [
    ["/etc/passwd", "uids"],
    ["/sys/class/fc_host/host3/port_name", "hba"],
    ["/sys/bus/pci/devices/0000:00:1f.2/vendor", "hardware"],
    ["/var/lib/dpkg/status", "package"],
  ] as const
) {
  Deno.test(`readSystem() leaves ${section} out when ${path} cannot be read`, async () => {
    const system = host(SERVER);
    system.files.denyReading(path);
    const { body, leftOut } = await report(system);
    assertEquals(section in body, false);
    assertStringIncludes(leftOut.find((each) => each.section === section)?.reason ?? "", path);
    assertEquals("properties" in body, true);
  });
}

Deno.test("readSystem() tells what node.conf says, for this node first, and refuses a bad number", async () => {
  const conf = "[node]\nloc_city = Paris\nloc_city@n1 = Lyon\nloc_rack@n2 = R2\nserial = S9\nenv = PRD\n";
  const { body: { properties } } = await report(host({ ...SERVER, "/etc/agent/node.conf": conf }));
  assertEquals(properties?.["loc_city"], { title: "city", source: "config", value: "Lyon" });
  assertEquals(properties?.["loc_rack"], undefined);
  assertEquals(properties?.["serial"]?.value, "S9");
  assertEquals(properties?.["node_env"]?.value, "PRD");
  const bad = host({ ...SERVER, "/etc/agent/node.conf": "[node]\ncpu_cores = many\n" });
  await assertRejects(() => report(bad), SyntaxError, "cpu_cores");
});

const RPM_HOST = { ...CLUSTER, ...ACCOUNTS, ...PROC, "/var/lib/rpm/rpmdb.sqlite": "" };

Deno.test("readSystem() asks rpm for its packages", async () => {
  const system = host(RPM_HOST, {
    installed: ["rpm"],
    programs: { "*": { stdout: "bash\t5.1-9\tx86_64\t1772445600\t\n" } },
  });
  const { body } = await report(system);
  assertEquals(body.package?.map(({ name, type }) => [name, type]), [["bash", "rpm"]]);
});

Deno.test("readSystem() leaves packages out when rpm fails, or is not there", async () => {
  const failing = host(RPM_HOST, {
    installed: ["rpm"],
    programs: { "*": { code: 1, stderr: "error: locked\n" } },
  });
  assertEquals((await report(failing)).leftOut.at(-1)?.reason, "Cannot tell the packages: error: locked");
  const reason = (await report(host(RPM_HOST))).leftOut.at(-1)?.reason;
  assertEquals(reason, "Cannot tell the packages: there is a list of rpm, and no rpm to read it");
});
