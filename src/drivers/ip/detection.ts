import { toAddress } from "../../core/host/address.ts";
import type { DriverPorts } from "../driver.ts";

/** What the kernel knows of addresses of IPv6, and of no others. */
const TABLE = "/proc/net/if_inet6";
const DAD_FAILED = 0x08;
const TENTATIVE = 0x40;
/** How long the kernel may ask the neighbours; a second is usual. */
const WAIT_MS = 5_000;
const PAUSE_MS = 50;

/** The flags of an address on an interface; 0 for one that is not in the table. */
function flagsOf({ files }: Pick<DriverPorts, "files">, address: string, device: string): number {
  for (const line of (files.read(TABLE) ?? "").split("\n")) {
    const [hex = "", , , , flags = "", name] = line.trim().split(/\s+/);
    if (name === device && toAddress(hex.replace(/.{4}(?=.)/g, "$&:")) === address) {
      return parseInt(flags, 16);
    }
  }
  return 0;
}

/** Whether the kernel found out that another host has the address; nobody can use it then. */
export function isDuplicate(ports: Pick<DriverPorts, "files">, address: string, device: string): boolean {
  return (flagsOf(ports, address, device) & DAD_FAILED) !== 0;
}

/** Waits until the kernel has asked the neighbours: until then no application can bind to the address. */
export async function untilUsable(
  ports: Pick<DriverPorts, "files" | "clock" | "stopping">,
  address: string,
  device: string,
): Promise<void> {
  const deadline = ports.clock.monotonic() + WAIT_MS;
  while ((flagsOf(ports, address, device) & (TENTATIVE | DAD_FAILED)) === TENTATIVE) {
    if (ports.stopping.aborted || ports.clock.monotonic() > deadline) return;
    await ports.clock.sleep(PAUSE_MS, ports.stopping);
  }
}
