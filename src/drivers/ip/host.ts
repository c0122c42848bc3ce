import { isInNetwork, isIpv6, toAddress, toPrefixLength } from "../../core/host/address.ts";
import { plainly } from "../driver.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView } from "../driver.ts";
import { whyFailed } from "../tool_failure.ts";
import { announce, refuseDuplicate } from "./neighbours.ts";

/** `ip.host`: an address on an interface of this node, while the instance is up. */
export const IP_HOST: Driver = {
  id: "ip.host",
  // A name has to be resolved.
  isSlow: true,
  label(resource) {
    const { name, device } = settingsOf(resource);
    return `${name}@${device}`;
  },
  status,
  fingerprint: ({ network }) => network.addresses().map(({ name, cidr }) => `${name} ${cidr}`).join("\n"),
  async start(ports, resource) {
    const { device } = settingsOf(resource);
    const address = await addressOf(ports, resource);
    const found = await status(ports, resource);
    const { journal } = ports;
    if (found.status === "up") return journal.info(`${resource.rid} is already up`);
    if (holderOf(ports, address) !== undefined) {
      throw new Error(
        `Cannot add ${address} to ${device}: ${found.messages[0]?.text ?? "it is there already"}`,
      );
    }
    await refuseDuplicate(ports, address, device);
    await changeAddress(ports, "add", `${address}/${prefixOf(ports, resource, address)}`, device);
    await announce(ports, address, device);
  },
  async stop(ports, resource) {
    const { device } = settingsOf(resource);
    const address = await addressOf(ports, resource);
    const held = ports.network.addresses().find((each) => each.address === address && each.name === device);
    if (held === undefined) return ports.journal.info(`${resource.rid} is already down`);
    await changeAddress(ports, "del", held.cidr, device);
  },
};

function settingsOf({ configuration, rid }: ResourceView) {
  return {
    name: configuration.string(rid, "ipname") ?? "",
    device: configuration.string(rid, "ipdev") ?? "",
    netmask: configuration.string(rid, "netmask") || undefined,
    checksCarrier: configuration.boolean(rid, "check_carrier"),
  };
}

async function status(ports: DriverPorts, resource: ResourceView): Promise<DriverStatus> {
  const { device, checksCarrier } = settingsOf(resource);
  const address = await addressOf(ports, resource);
  const names = ports.network.addresses().filter((each) => each.address === address).map(({ name }) => name);
  if (names.length === 0) return plainly("down");
  if (!names.includes(device)) return warning(`${address} is on ${names.join(", ")}, expected ${device}`);
  const carrier = ports.files.read(`/sys/class/net/${device}/carrier`)?.trim();
  if (checksCarrier && carrier === "0") return warning(`${device} has no carrier`);
  return plainly("up");
}

function warning(text: string): DriverStatus {
  return { status: "warn", messages: [{ level: "warn", text }] };
}

function holderOf({ network }: DriverPorts, address: string): string | undefined {
  return network.addresses().find((each) => each.address === address)?.name;
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
  const own = network.addresses().find(({ name, cidr }) => name === device && isInNetwork(address, cidr));
  return own ? Number(own.cidr.split("/")[1]) : isIpv6(address) ? 128 : 32;
}

async function changeAddress(
  ports: DriverPorts,
  action: "add" | "del",
  cidr: string,
  device: string,
): Promise<void> {
  const argv = ["ip", "addr", action, cidr, "dev", device] as const;
  ports.journal.info(argv.join(" "));
  const outcome = await ports.tool(argv);
  if (outcome.code === 0) return;
  const what = action === "add" ? `add ${cidr} to` : `remove ${cidr} from`;
  throw new Error(`Cannot ${what} ${device}: ${whyFailed(outcome)}`);
}
