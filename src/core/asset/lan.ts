/** An address of an interface, as the collector wants it. */
export interface LanAddress {
  readonly intf: string;
  readonly type: "ipv4" | "ipv6";
  readonly addr: string;
  /** The length of the prefix, such as `24`. */
  readonly mask: string;
  /** Whether the kernel takes it for no new connection any more. */
  readonly flag_deprecated: boolean;
}

/** Addresses by the hardware address of their interface; it is empty for a tunnel, which has none. */
export type Lan = Readonly<Record<string, readonly LanAddress[]>>;

/** What is known of an interface address. */
export interface InterfaceAddress {
  readonly name: string;
  readonly address: string;
  /** Such as `192.0.2.10/24`. */
  readonly cidr: string;
}

/** The bit of an address of version 6 that is not to be used for new connections. */
const DEPRECATED = 0x20;

/** The name of the interface: an address with a label (`eth0:1`) has that in its place. */
export function interfaceOf(name: string): string {
  return name.split(":", 1)[0]!;
}

/** Sorts the addresses of the host by hardware address; those that every host has (127.0.0.0/8, ::1) are left out. */
export function lanOf(
  addresses: readonly InterfaceAddress[],
  macs: ReadonlyMap<string, string>,
  deprecated: ReadonlySet<string>,
): Lan {
  const lan: Record<string, LanAddress[]> = {};
  for (const { name, address, cidr } of addresses) {
    if (/^127\.|^::1$/.test(address)) continue;
    const intf = interfaceOf(name);
    const list = lan[macs.get(intf) ?? ""] ??= [];
    list.push({
      intf,
      type: address.includes(":") ? "ipv6" : "ipv4",
      addr: address,
      mask: cidr.split("/")[1] ?? "",
      flag_deprecated: deprecated.has(address),
    });
  }
  return lan;
}

/** Reads from `/proc/net/if_inet6` which addresses are deprecated, in the spelling of everybody. */
export function deprecatedAddresses(text: string): Set<string> {
  const found = new Set<string>();
  for (const line of text.split("\n")) {
    const [digits = "", , , , flags = ""] = line.trim().split(/\s+/);
    if (digits.length === 32 && Number.parseInt(flags, 16) & DEPRECATED) found.add(spell(digits));
  }
  return found;
}

/** Spells 32 digits as RFC 5952 has it: short groups, and the longest run of zeros (the first of several) as `::`. */
function spell(digits: string): string {
  const groups = digits.match(/.{4}/g)!.map((group) => Number.parseInt(group, 16).toString(16));
  const text = groups.join(":");
  const runs = [...text.matchAll(/(?<=^|:)0(?::0)+(?=:|$)/g)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => best && best[0].length >= run[0].length ? best : run,
    undefined,
  );
  if (!longest) return text;
  const end = longest.index + longest[0].length;
  return `${text.slice(0, longest.index).replace(/:$/, "")}::${text.slice(end).replace(/^:/, "")}`;
}
