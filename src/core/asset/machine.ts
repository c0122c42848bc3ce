/** Who made the machine, and which one it is; empty where nothing says it. */
export interface MachineFacts {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly biosVersion: string;
}

/** The texts of the files that tell of the machine; absent where they are not there or must not be read. */
export interface MachineSources {
  /** `sys_vendor`, `product_name`, `product_serial` and `bios_version` of `/sys/class/dmi/id`. */
  readonly dmi?: Readonly<Record<string, string | undefined>>;
  /** `model`, `compatible` and `serial-number` of `/proc/device-tree`, each ending with a NUL. */
  readonly tree?: Readonly<Record<string, string | undefined>>;
}

/** What makers write who had nothing to say. */
const FILLERS =
  /^(?:to be filled by o\.?e\.?m\.?|not (?:specified|available|applicable)|default string|none|unknown|n\/a|system (?:manufacturer|product name|serial number|version)|0+|x+|\.+)$/i;

/** Puts together what the firmware of the machine says: DMI, else the device tree of an arm host. */
export function machineFacts({ dmi = {}, tree = {} }: MachineSources): MachineFacts {
  const compatible = tree["compatible"]?.split("\0")[0] ?? "";
  return {
    manufacturer: pick(dmi["sys_vendor"], compatible.includes(",") ? compatible.split(",")[0] : ""),
    model: pick(dmi["product_name"], tree["model"]),
    serial: pick(dmi["product_serial"], tree["serial-number"]),
    biosVersion: pick(dmi["bios_version"]),
  };
}

function pick(...texts: readonly (string | undefined)[]): string {
  for (const text of texts) {
    const clean = (text ?? "").replace(/\0/g, " ").replace(/\s+/g, " ").trim();
    if (clean !== "" && !FILLERS.test(clean)) return clean;
  }
  return "";
}
