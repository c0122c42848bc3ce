import type { FoundPackage } from "./package.ts";

/** What rpm is asked to print of each package. */
export const RPM_FORMAT = "%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{INSTALLTIME}\\t" +
  "%|DSAHEADER?{%{DSAHEADER:pgpsig}}:{%|RSAHEADER?{%{RSAHEADER:pgpsig}}:{}|}|\\n";

/** Reads what `rpm -qa` printed in our format; keys of signatures (`gpg-pubkey`) are no packages. */
export function parseRpm(output: string): FoundPackage[] {
  return output.split("\n").flatMap((line) => {
    const [name = "", version = "", arch = "", time = "", sig = ""] = line.split("\t");
    if (name === "" || name === "gpg-pubkey" || !/^\d+$/.test(time)) return [];
    const key = /Key ID ([0-9a-f]+)/i.exec(sig)?.[1] ?? "";
    return [{
      name,
      version,
      arch: arch === "(none)" ? "" : arch,
      type: "rpm",
      sig: key,
      installedAt: Number(time),
    }];
  });
}
