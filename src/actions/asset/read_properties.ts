import { cpuFacts, cpuNumbers } from "../../core/asset/cpu.ts";
import type { CpuFacts } from "../../core/asset/cpu.ts";
import { machineFacts } from "../../core/asset/machine.ts";
import { parseOsVendor } from "../../core/asset/os_release.ts";
import { fullNameOf, machineOf, parseBootTime, parseMemory } from "../../core/asset/proc.ts";
import type { Found, PropertiesOutcome } from "../../core/asset/properties.ts";
import { propertiesOf } from "../../core/asset/properties.ts";
import { memoryDevices } from "../../core/asset/smbios.ts";
import { formatInstant } from "../../core/schedule/instant.ts";
import { zoneOf } from "../../core/schedule/zone.ts";
import type { Agent } from "../agent.ts";
import { nodeValue } from "../node/value.ts";
import { readCluster } from "../collector/cluster_id.ts";
import type { Probe } from "./probe.ts";
import { LARGE } from "./probe.ts";

const CPUS = "/sys/devices/system/cpu";
const DMI = "/sys/class/dmi/id";
const TREE = "/proc/device-tree";
const PLATFORM = "/sys/bus/platform/devices";
/** The table of the firmware, which root alone may read. */
export const FIRMWARE_TABLE = "/sys/firmware/dmi/tables/DMI";

/**
 * Finds the properties of the node. Throws `SyntaxError` for a value of `node.conf` that cannot be used, and `RefusedError`
 * when cluster.conf must not be believed.
 */
export function readProperties(agent: Agent, probe: Probe): PropertiesOutcome {
  const found = new Map<string, Found>(Object.entries({
    ...ofAgent(agent),
    ...ofSystem(agent, probe),
    ...ofProcessors(probe),
    ...ofMachine(probe),
  }));
  return propertiesOf(found, (option) => nodeValue(agent, "node", option));
}

function ofAgent(agent: Agent): Record<string, Found> {
  const { node, system: { host } } = agent;
  return {
    nodename: node.name,
    version: host.version.agent,
    cluster_id: readCluster(agent).id,
    node_env: node.environment,
  };
}

function ofSystem({ node, system: { host, clock } }: Agent, probe: Probe): Record<string, Found> {
  const now = Math.floor(clock.now() / 1000);
  const local = formatInstant(now, zoneOf(node.timeZone), { hasOffset: true });
  const release = probe.tryText("/etc/os-release") ?? probe.tryText("/usr/lib/os-release") ?? "";
  const uptime = clock.uptime();
  const bootedAt = parseBootTime(probe.tryText("/proc/stat") ?? "") ??
    (uptime === undefined ? undefined : Math.round(now - uptime / 1000));
  return {
    fqdn: fullNameOf(host.hostName, probe.tryText("/etc/hosts") ?? ""),
    os_name: "linux",
    os_vendor: told(parseOsVendor(release)),
    os_kernel: told(probe.tryText("/proc/sys/kernel/osrelease")),
    os_arch: machineOf(probe.head("/proc/self/exe", 20) ?? new Uint8Array()),
    last_boot: bootedAt === undefined
      ? undefined
      : formatInstant(bootedAt, zoneOf(node.timeZone), { hasOffset: true }),
    tz: local.slice("YYYY-MM-DDTHH:MM:SS".length),
    mem_bytes: parseMemory(probe.tryText("/proc/meminfo") ?? ""),
  };
}

function ofProcessors(probe: Probe): Record<string, Found> {
  const { model, frequency, threads, cores, dies } = readCpus(probe);
  return {
    cpu_freq: told(frequency),
    cpu_threads: told(threads),
    cpu_cores: told(cores),
    cpu_dies: told(dies),
    cpu_model: told(model),
  };
}

function readCpus(probe: Probe): CpuFacts {
  const online = probe.tryText(`${CPUS}/online`);
  const places = cpuNumbers(online ?? "").flatMap((number) => {
    const folder = `${CPUS}/cpu${number}/topology`;
    const core = probe.tryText(`${folder}/thread_siblings_list`);
    const die = probe.tryText(`${folder}/physical_package_id`);
    return core === undefined || die === undefined ? [] : [{ core, die }];
  });
  return cpuFacts(probe.tryText("/proc/cpuinfo", LARGE) ?? "", {
    online,
    places,
    maxFrequency: probe.tryText(`${CPUS}/cpu0/cpufreq/cpuinfo_max_freq`),
  });
}

function ofMachine(probe: Probe): Record<string, Found> {
  const texts = (folder: string, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, probe.tryText(`${folder}/${name}`)]));
  const { manufacturer, model, serial, biosVersion } = machineFacts({
    dmi: texts(DMI, ["sys_vendor", "product_name", "product_serial", "bios_version"]),
    tree: texts(TREE, ["model", "compatible", "serial-number"]),
  });
  return {
    manufacturer: told(manufacturer),
    model: told(model),
    serial: told(serial),
    bios_version: told(biosVersion),
    sp_version: told(readServiceProcessor(probe)),
    ...ofMemory(probe),
  };
}

function ofMemory(probe: Probe): Record<string, Found> {
  const table = probe.tryBytes(FIRMWARE_TABLE, LARGE);
  if (table === undefined) return {};
  const devices = memoryDevices(table);
  return {
    mem_slots: told(devices.length),
    mem_banks: told(devices.filter(({ size }) => size > 0).length),
  };
}

/** What the driver of IPMI tells of the board that minds the machine. */
function readServiceProcessor(probe: Probe): string | undefined {
  for (const name of tryNames(probe, PLATFORM, "ipmi_bmc")) {
    const version = probe.tryText(`${PLATFORM}/${name}/bmc/firmware_revision`) ??
      probe.tryText(`${PLATFORM}/${name}/firmware_revision`);
    if (version !== undefined) return version;
  }
  return undefined;
}

function tryNames(probe: Probe, folder: string, start: string): string[] {
  try {
    return probe.names(folder, start);
  } catch {
    return [];
  }
}

/** Nothing, and none, were not found. */
function told<Value extends string | number>(value: Value | undefined): Value | undefined {
  return value === "" || value === 0 ? undefined : value;
}
