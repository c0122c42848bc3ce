import type { FoundPackage } from "./package.ts";

/**
 * Reads the text of `/lib/apk/db/installed`. When each was installed is not kept: `changedAt`, the time of that file,
 * in seconds since the epoch, is the latest that it can be.
 */
export function parseApk(text: string, changedAt: number): FoundPackage[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const field = (letter: string) => new RegExp(`^${letter}:(.*)$`, "m").exec(stanza)?.[1]?.trim() ?? "";
    const [name, version] = [field("P"), field("V")];
    if (name === "" || version === "") return [];
    return [{ name, version, arch: field("A"), type: "apk", sig: "", installedAt: changedAt }];
  });
}
