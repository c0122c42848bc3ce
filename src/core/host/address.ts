/** An IP address in its usual short form, or undefined when `text` is none: `::1` for `0:0::1`. */
export function toAddress(text: string): string | undefined {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) {
    const parts = text.split(".").map(Number);
    return parts.every((part) => part < 256) ? parts.join(".") : undefined;
  }
  if (!text.includes(":") || !URL.canParse(`http://[${text}]/`)) return undefined;
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}

export function isIpv6(address: string): boolean {
  return address.includes(":");
}

/**
 * Reads a prefix length or a dotted mask; throws `SyntaxError` for neither, and for a mask with holes.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toPrefixLength("255.255.255.0", "192.0.2.1"), 24);
 * assertEquals(toPrefixLength("64", "2001:db8::1"), 64);
 * ```
 */
export function toPrefixLength(text: string, address: string): number {
  const most = isIpv6(address) ? 128 : 32;
  if (/^\d{1,3}$/.test(text) && Number(text) <= most) return Number(text);
  const mask = toAddress(text);
  if (mask !== undefined && !isIpv6(mask) && most === 32) {
    const bits = mask.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
    if (/^1*0*$/.test(bits)) return bits.replaceAll("0", "").length;
  }
  const example = most === 32 ? "24 or 255.255.255.0" : "64";
  throw new SyntaxError(`Cannot read netmask "${text}": expected such as ${example}`);
}

/** Whether an IPv4 address is in the network of another one, such as `192.0.2.1/24`. */
export function isInNetwork(address: string, cidr: string): boolean {
  const [network = "", length = ""] = cidr.split("/");
  if (isIpv6(address) || isIpv6(network) || length === "") return false;
  const shift = 32 - Number(length);
  const prefix = (text: string) => Math.floor(toNumber(text) / 2 ** shift);
  return prefix(address) === prefix(network);
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
