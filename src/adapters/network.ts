import type { Network } from "../ports.ts";

/** Makes the network as the kernel has it; an address with a label has that in place of the name of its interface. */
export function createNetwork(): Network {
  return {
    addresses: () => Deno.networkInterfaces().map(({ name, address, cidr }) => ({ name, address, cidr })),
  };
}
