/**
 * The network as the kernel, and the host's resolver, have it.
 *
 * @module
 */
import type { Network, NetworkAddress, Processes } from "../ports.ts";

export function createNetwork(processes: Pick<Processes, "output">): Network {
  return { addresses, resolve: (name) => Promise.resolve(resolve(processes, name)) };
}

function addresses(): NetworkAddress[] {
  return Deno.networkInterfaces().map(({ name, address, cidr }) => ({ name, address, cidr }));
}

/** `getent` asks whatever the host asks, its own file first. */
function resolve(processes: Pick<Processes, "output">, name: string): string[] {
  const { code, stdout } = processes.output(["getent", "ahosts", name]);
  if (code !== 0) return [];
  return [...new Set(stdout.split("\n").map((line) => line.split(/\s/)[0]!).filter(Boolean))];
}
