/**
 * A network that does not exist.
 *
 * @module
 */
import type { Network, NetworkAddress } from "../../src/ports.ts";

/** Has the addresses that are put into it. */
export class FakeNetwork implements Network {
  readonly list: NetworkAddress[] = [{ name: "lo", address: "127.0.0.1", cidr: "127.0.0.1/8" }];

  addresses(): readonly NetworkAddress[] {
    return this.list;
  }
}
