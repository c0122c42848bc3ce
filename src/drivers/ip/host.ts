import { isInNetwork, isIpv6, toAddress, toPrefixLength } from "../../core/host/address.ts";
import { plainly } from "../driver.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView } from "../driver.ts";
import { whyFailed } from "../tool_failure.ts";
import { requiredText } from "../values.ts";
import { isDuplicate, untilUsable } from "./detection.ts";
import { announce, refuseDuplicate } from "./neighbours.ts";

/** The flag of an interface that is switched on. */
const IFF_UP = 1;

/** `ip.host`: an address on an interface of this node, while the instance is up. */
export const IP_HOST: Driver = {
  id: "ip.host",
  infoOptions: ["ipname", "ipdev", "netmask"],
  // A name has to be resolved.
  isSlow: true,
  label(resource) {
    const { name, alias } = settingsOf(resource);
    return `${name}@${alias}`;
  },
  status,
  fingerprint({ files, network }, resource) {
    const { device } = settingsOf(resource);
    const isDown = isOff({ files }, device);
    const addresses = network.addresses().map(({ name, cidr }) => `${name} ${cidr}`);
    return [isDown, isDown || carrierOf({ files }, device), ...addresses].join("\n");
  },
  async start(ports, resource) {
    const { device, alias } = settingsOf(resource);
    const address = await addressOf(ports, resource);
    const found = await status(ports, resource);
    const { journal } = ports;
    if (found.status === "up") return journal.info(`${resource.rid} is already up`);
    if (holdersOf(ports, address).length > 0) {
      throw new Error(
        `Cannot add ${address} to ${device}: ${found.messages[0]?.text ?? "it is there already"}`,
      );
    }
    if (isOff(ports, device)) throw new Error(`Cannot add ${address} to ${device}: the interface is down`);
    await refuseDuplicate(ports, address, device);
    const cidr = `${address}/${prefixOf(ports, resource, address)}`;
    await changeAddress(ports, ["add", cidr, "dev", device, ...labelWords(alias, address)]);
    await announce(ports, address, device);
    await untilUsable(ports, address, device);
    if (!isDuplicate(ports, address, device)) return;
    await changeAddress(ports, ["del", cidr, "dev", device]);
    throw new Error(`Cannot add ${address} to ${device}: another host has it already`);
  },
  async stop(ports, resource) {
    const { device } = settingsOf(resource);
    const address = await addressOf(ports, resource);
    const holders = holdersOf(ports, address);
    const held = holders.find((each) => each.device === device);
    if (held === undefined && holders[0] !== undefined) {
      throw new Error(`Cannot remove ${address} from ${device}: it is on ${holders[0].device}`);
    }
    if (held === undefined) return ports.journal.info(`${resource.rid} is already down`);
    await changeAddress(ports, ["del", held.cidr, "dev", device]);
  },
};

function settingsOf(resource: ResourceView) {
  const { configuration, rid } = resource;
  const alias = requiredText(resource, "ipdev");
  return {
    name: requiredText(resource, "ipname"),
    /** As it is configured: `eth0`, or `eth0:1`, which is a label on eth0. */
    alias,
    device: deviceOf(alias),
    netmask: configuration.string(rid, "netmask") || undefined,
    checksCarrier: configuration.boolean(rid, "check_carrier"),
  };
}

async function status(ports: DriverPorts, resource: ResourceView): Promise<DriverStatus> {
  const { device, checksCarrier } = settingsOf(resource);
  const address = await addressOf(ports, resource);
  const devices = holdersOf(ports, address).map((each) => each.device);
  if (devices.length === 0) return plainly("down");
  if (!devices.includes(device)) return warning(`${address} is on ${devices.join(", ")}, expected ${device}`);
  if (isOff(ports, device)) return warning(`${device} is down`);
  if (checksCarrier && carrierOf(ports, device) === "0") return warning(`${device} has no carrier`);
  return isDuplicate(ports, address, device) ? warning(`another host has ${address}`) : plainly("up");
}

function warning(text: string): DriverStatus {
  return { status: "warn", messages: [{ level: "warn", text }] };
}

/** The kernel tells an address by its label, where it has one. */
function holdersOf({ network }: DriverPorts, address: string) {
  return network.addresses().filter((each) => each.address === address)
    .map(({ name, cidr }) => ({ device: deviceOf(name), cidr }));
}

/** Without the label of an address: no interface has a colon in its name. */
function deviceOf(name: string): string {
  return name.split(":", 1)[0]!;
}

/** Only addresses of IPv4 have labels. */
function labelWords(alias: string, address: string): string[] {
  return alias.includes(":") && !isIpv6(address) ? ["label", alias] : [];
}

/** `0` without a carrier; an interface that is switched off has none to read. */
function carrierOf({ files }: Pick<DriverPorts, "files">, device: string): string | undefined {
  return files.read(`/sys/class/net/${device}/carrier`)?.trim();
}

/** Whether somebody has switched the interface off; one that is not told of is not. */
function isOff({ files }: Pick<DriverPorts, "files">, device: string): boolean {
  const flags = Number(files.read(`/sys/class/net/${device}/flags`)?.trim() ?? IFF_UP);
  return (flags & IFF_UP) === 0;
}

/** The address itself, or the first one that the name resolves to; throws when there is none. */
async function addressOf(ports: DriverPorts, resource: ResourceView): Promise<string> {
  const { name } = settingsOf(resource);
  const address = toAddress(name);
  if (address !== undefined) return address;
  const { code, stdout } = await ports.tool(["getent", "ahosts", name], { timeoutMs: 10_000 });
  const found = code === 0 ? toAddress(stdout.split(/\s/)[0] ?? "") : undefined;
  if (found === undefined) throw new Error(`Cannot resolve "${name}": it is no address, and no known name`);
  return found;
}

function prefixOf({ network }: DriverPorts, resource: ResourceView, address: string): number {
  const { netmask, device } = settingsOf(resource);
  if (netmask !== undefined) return toPrefixLength(netmask, address);
  const own = network.addresses()
    .find(({ name, cidr }) => deviceOf(name) === device && isInNetwork(address, cidr));
  return own ? Number(own.cidr.split("/")[1]) : isIpv6(address) ? 128 : 32;
}

/** Runs `ip addr` with such words as `add 192.0.2.10/24 dev eth0`. */
async function changeAddress(
  ports: DriverPorts,
  words: readonly ["add" | "del", string, "dev", string, ...string[]],
): Promise<void> {
  const argv = ["ip", "addr", ...words] as const;
  ports.journal.info(argv.join(" "));
  const outcome = await ports.tool(argv);
  if (outcome.code === 0) return;
  const [action, cidr, , device] = words;
  const what = action === "add" ? `add ${cidr} to` : `remove ${cidr} from`;
  throw new Error(`Cannot ${what} ${device}: ${whyFailed(outcome)}`);
}
