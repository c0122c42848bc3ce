/** A package of `/var/lib/dpkg/status` that is installed. */
export interface DpkgPackage {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
}

/** Reads the text of dpkg's `status`: what was removed, or never got ready, is left out. */
export function parseDpkgStatus(text: string): DpkgPackage[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (name: string) => new RegExp(`^${name}: *(.*?) *$`, "m").exec(stanza)?.[1] ?? "";
    const [name, version] = [field("Package"), field("Version")];
    if (name === "" || version === "" || !/ installed$/.test(field("Status"))) return [];
    return [{ name, version, arch: field("Architecture") }];
  });
}

/** The names under which dpkg keeps a package's list of files, whose time is that of its installation. */
export function listNames({ name, arch }: DpkgPackage): readonly string[] {
  return [`${name}.list`, `${name}:${arch}.list`];
}
