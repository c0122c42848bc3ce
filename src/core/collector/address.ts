/**
 * Addresses of a collector, as `node.conf` writes them.
 *
 * @module
 */

/** Where JSON-RPC is answered when an address names no path of its own. */
const RPC_PATH = "/init/compliance/call/jsonrpc2";
const LOOPBACK_REGEXP = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads an address, without a slash at its end; what has no scheme gets `https`. Throws `SyntaxError` for what is no
 * address, has a login of its own, or would send the credentials of the node in clear over a network.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(toCollectorAddress("collector.example.com"), "https://collector.example.com");
 * ```
 */
export function toCollectorAddress(text: string): string {
  const written = text.trim();
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `https://${written}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw new SyntaxError("It is no address, expected https:// with a host");
  }
  // Said without the text: it holds a password.
  if (url.username !== "" || url.password !== "") {
    throw new SyntaxError("It holds a login, expected an address without one: the node has its own");
  }
  if (url.search !== "" || url.hash !== "") {
    throw new SyntaxError("It holds a query or a fragment, expected a base to which paths are added");
  }
  if (url.protocol === "http:" && !LOOPBACK_REGEXP.test(url.hostname)) {
    throw new SyntaxError(
      "It would send the credentials of the node in clear, expected https:// (http:// to this host only)",
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Whether what is sent there stays on this host, unless a proxy carries it away. */
export function isOnThisHost(address: string): boolean {
  return LOOPBACK_REGEXP.test(new URL(address).hostname);
}

/** The address for JSON-RPC: the path that the address names, else the usual one. */
export function rpcAddress(base: string): string {
  return new URL(base).pathname === "/" ? `${base}${RPC_PATH}` : base;
}
