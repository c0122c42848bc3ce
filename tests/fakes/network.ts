/**
 * A network that does not exist.
 *
 * @module
 */
import type { Network, NetworkAddress } from "../../src/ports.ts";

/** Has the addresses that are put into it, and knows the names that it is told. */
export class FakeNetwork implements Network {
  readonly list: NetworkAddress[] = [{ name: "lo", address: "127.0.0.1", cidr: "127.0.0.1/8" }];
  readonly names = new Map<string, readonly string[]>();

  addresses(): readonly NetworkAddress[] {
    return this.list;
  }

  resolve(name: string): Promise<readonly string[]> {
    return Promise.resolve(this.names.get(name) ?? []);
  }
}
