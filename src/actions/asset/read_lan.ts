import type { Lan } from "../../core/asset/lan.ts";
import { deprecatedAddresses, interfaceOf, lanOf } from "../../core/asset/lan.ts";
import type { System } from "../../ports.ts";
import type { Probe } from "./probe.ts";
import { LARGE } from "./probe.ts";

/** The addresses of interfaces that are up. Throws `ProbeError`. */
export function readLan({ network }: Pick<System, "network">, probe: Probe): Lan {
  const addresses = network.addresses();
  const macs = new Map(
    addresses.map(({ name }) => interfaceOf(name)).map((
      intf,
    ) => [intf, probe.text(`/sys/class/net/${intf}/address`) ?? ""] as const),
  );
  return lanOf(addresses, macs, deprecatedAddresses(probe.text("/proc/net/if_inet6", LARGE) ?? ""));
}
