import { basename, dirname, join } from "@std/path";
import type { RsyncSettings } from "../../drivers/sync/settings.ts";
import type { Files } from "../../ports.ts";

type Ports = Pick<Files, "realPath">;
type Settings = Pick<RsyncSettings, "destination" | "options" | "resetsOptions">;

/**
 * Says why a copy into another folder of this node would harm what is copied: it would grow without end in a source, or
 * delete the source as something that is not among the sources.
 */
export function localProblem(
  files: Ports,
  sources: readonly string[],
  settings: Settings,
): string | undefined {
  const { destination } = settings;
  const there = realFolder(files, destination);
  for (const source of sources) {
    const here = realFolder(files, source);
    if (there.startsWith(here)) return `dst ${destination} is in the source ${source}`;
    if (source.endsWith("/") && here.startsWith(there) && deletes(settings)) {
      return `the source ${source} is in dst ${destination}, and would be deleted there`;
    }
  }
  return undefined;
}

/** Says why a copy would leave the other side without a system: what is not among the sources is deleted. */
export function rootProblem(sources: readonly string[], settings: Settings): string | undefined {
  const isRelative = settings.options.some((word) => word === "--relative" || /^-[A-Za-z]*R/.test(word));
  if (/[^/.]/.test(settings.destination) || isRelative || !deletes(settings)) return undefined;
  const source = sources.find((path) => path.endsWith("/"));
  return source && `dst is /, where all that is not in ${source} would be deleted`;
}

function deletes({ options, resetsOptions }: Settings): boolean {
  return !resetsOptions || options.some((word) => word.startsWith("--del"));
}

/** A path with a slash at its end, without symbolic links as far as it exists. */
function realFolder(files: Ports, path: string): string {
  const plain = path.replace(/\/+$/, "") || "/";
  const real = files.realPath(plain) ??
    (plain === "/" ? "/" : join(realFolder(files, dirname(plain)), basename(plain)));
  return real === "/" ? real : `${real}/`;
}
