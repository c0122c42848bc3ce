/** A package that is installed, as the collector wants it. */
export interface PackageFact {
  readonly name: string;
  readonly version: string;
  /** At most 8 characters. */
  readonly arch: string;
  readonly type: "deb" | "rpm" | "apk";
  /** Who signed it; empty when that is not told. */
  readonly sig: string;
  /** RFC 3339. */
  readonly installed_at: string;
}

/** The longest texts that are sent: the columns of the collector. */
const LONGEST = { name: 100, version: 64, arch: 8, sig: 100 } as const;

/** A package before its texts are cut; the instant is in seconds since the epoch. */
export type FoundPackage = Omit<PackageFact, "installed_at"> & { readonly installedAt: number };

/** Cuts the texts of a package to what the collector keeps, and writes when it was installed. */
export function packageFact({ name, version, arch, type, sig, installedAt }: FoundPackage): PackageFact {
  return {
    name: name.slice(0, LONGEST.name),
    version: version.slice(0, LONGEST.version),
    arch: arch.slice(0, LONGEST.arch),
    type,
    sig: sig.slice(0, LONGEST.sig),
    installed_at: new Date(Math.floor(installedAt) * 1000).toISOString().replace(".000Z", "Z"),
  };
}
