import type { Keyword } from "../../core/config/keyword.ts";

/** Keywords of addresses. */
export const IP_KEYWORDS: readonly Keyword[] = [
  {
    option: "type",
    section: "ip",
    converter: "string",
    default: "host",
    inheritance: "leaf",
    since: "2.1",
    example: "host",
    text: "The driver of the resource: host puts the address on an interface of this node.",
  },
  {
    option: "ipname",
    section: "ip.host",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "192.0.2.10",
    text: "The address, IPv4 or IPv6, or a name that resolves to one.",
  },
  {
    option: "ipdev",
    section: "ip.host",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "eth0",
    text:
      "The interface that has the address while the instance is up; with a label for it, such as eth0:1, if you like.",
  },
  {
    option: "netmask",
    section: "ip.host",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "24",
    text:
      "The length of the prefix, or the mask in dotted form: else that of the interface's own network that the address is in, else the address alone.",
  },
  {
    option: "check_carrier",
    section: "ip.host",
    converter: "boolean",
    default: "true",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    text: "Whether an interface without a carrier is a warning.",
  },
];
