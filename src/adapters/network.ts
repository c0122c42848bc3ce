import type { Network } from "../ports.ts";

/** Makes the network as the kernel has it; only interfaces that are up are told. */
export function createNetwork(): Network {
  return {
    addresses: () => Deno.networkInterfaces().map(({ name, address, cidr }) => ({ name, address, cidr })),
  };
}
