import { isIpv6 } from "../../core/host/address.ts";
import type { DriverPorts } from "../driver.ts";

/** Where `arping` is looked for. */
const FOLDERS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Its options are not the same everywhere: that of iputils, and BusyBox's. */
const ANSWERS = /iputils|busybox/i;

/** `arping` where it is installed; IPv6 has its own ways in the kernel, and a loop has no neighbours. */
async function findArping(ports: DriverPorts, address: string, device: string): Promise<string | undefined> {
  if (isIpv6(address) || device === "lo") return undefined;
  const program = ports.host.findProgram("arping", FOLDERS);
  if (program === undefined) return undefined;
  const { stdout, stderr } = await ports.tool([program, "-V"], { timeoutMs: 5_000 });
  return ANSWERS.test(`${stdout}${stderr}`) ? program : undefined;
}

/** Throws when another host answers for the address; without `arping` nobody is asked. */
export async function refuseDuplicate(ports: DriverPorts, address: string, device: string): Promise<void> {
  const program = await findArping(ports, address, device);
  if (program === undefined) return;
  const { code, stdout } = await ports.tool([program, "-D", "-c", "2", "-w", "2", "-I", device, address]);
  if (code !== 1 || !/reply from/i.test(stdout)) return;
  const [, who = "another host"] = /\[([\da-f:]+)\]/i.exec(stdout) ?? [];
  throw new Error(`Cannot add ${address} to ${device}: ${who} answers for it already`);
}

/** Tells the neighbours where the address is from now on; that they may not hear it is no failure. */
export async function announce(ports: DriverPorts, address: string, device: string): Promise<void> {
  const program = await findArping(ports, address, device);
  if (program !== undefined) await ports.tool([program, "-U", "-c", "1", "-w", "2", "-I", device, address]);
}
