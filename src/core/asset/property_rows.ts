/** One property of a node, declared once: what is sent, and the keyword of `node.conf` that says it, read this row. */
export interface PropertyRow {
  /** Of the property, and of the keyword. */
  readonly name: string;
  /** What the collector is told that it is. */
  readonly title: string;
  readonly isNumber?: boolean;
  /** Whether `[node]` may say it. */
  readonly isConfigurable?: boolean;
  /** Whether it is a setting that has another keyword, or comes from another file. */
  readonly isSetting?: boolean;
  /** Without it the collector gives the whole push up. */
  readonly isNeeded?: boolean;
  /** What is sent when nobody knows it. */
  readonly fallback?: string | number;
  /** The longest text that is sent. */
  readonly maxLength?: number;
  /** What its keyword says, in whole sentences; made from the title when absent. */
  readonly text?: string;
  readonly example?: string;
}

/** A text that the agent finds. */
function text(name: string, title: string, more: Partial<PropertyRow> = {}): PropertyRow {
  return { name, title, isConfigurable: true, isNeeded: true, fallback: "", ...more };
}

/** A number that the agent finds. */
function number(name: string, title: string, more: Partial<PropertyRow> = {}): PropertyRow {
  return { name, title, isNumber: true, isConfigurable: true, isNeeded: true, fallback: 0, ...more };
}

/** What only a person knows: it is sent when `node.conf` says it. */
function told(name: string, title: string, text: string, example: string): PropertyRow {
  return { name, title, isConfigurable: true, text, example };
}

/** In the order in which people look at them. */
export const PROPERTY_ROWS: readonly PropertyRow[] = [
  { name: "nodename", title: "node name", isNeeded: true },
  text("fqdn", "full name", { example: "n1.example.com" }),
  { name: "version", title: "agent version", isNeeded: true, maxLength: 20 },
  { name: "cluster_id", title: "cluster id", isSetting: true, isNeeded: true },
  { name: "node_env", title: "environment", isSetting: true, isNeeded: true },
  { name: "listener_port", title: "listener port", isNeeded: true, isNumber: true, fallback: 0 },
  text("os_name", "system"),
  text("os_vendor", "maker of the system"),
  text("os_kernel", "kernel"),
  text("os_arch", "architecture"),
  { name: "last_boot", title: "last boot", isNeeded: true },
  text("tz", "offset of the time zone", { example: "+01:00" }),
  number("mem_bytes", "memory, in MiB"),
  number("mem_slots", "places for memory modules"),
  number("mem_banks", "memory modules"),
  number("cpu_freq", "frequency of the processors, in MHz"),
  number("cpu_threads", "threads of all processors"),
  number("cpu_cores", "cores of all processors"),
  number("cpu_dies", "processors"),
  text("cpu_model", "model of the processors"),
  text("manufacturer", "maker of the machine"),
  text("model", "model of the machine"),
  text("serial", "serial number of the machine"),
  text("bios_version", "version of the firmware"),
  text("sp_version", "version of the service processor"),
  text("enclosure", "enclosure of the machine"),
  told(
    "connect_to",
    "address to connect to",
    "The address by which people and tools reach the node.",
    "192.0.2.10",
  ),
  told(
    "asset_env",
    "environment of the asset",
    "The environment of the node in the inventory.",
    "Production",
  ),
  told("sec_zone", "security zone", "The security zone of the node.", "dmz1"),
  told("loc_country", "country", "The country where the node is.", "fr"),
  told("loc_city", "city", "The city where the node is.", "Paris"),
  told("loc_zip", "postal code", "The postal code of the place where the node is.", "75017"),
  told("loc_addr", "address", "The street and number where the node is.", "7 rue blanche"),
  told("loc_building", "building", "The building where the node is.", "Crystal"),
  told("loc_floor", "floor", "The floor where the node is.", "21"),
  told("loc_room", "room", "The room where the node is.", "102"),
  told("loc_rack", "rack", "The rack that the node is in.", "R42"),
  told("team_integ", "team of integration", "The team that integrates the node.", "TINT"),
  told("team_support", "team of support", "The team that supports the node.", "TSUP"),
];
