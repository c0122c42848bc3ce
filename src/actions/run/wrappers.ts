import { type Wrapper, type WrapperPrograms, WRAPPERS } from "../../core/process/wrapper.ts";
import type { System } from "../../ports.ts";

/** Where wrappers are looked for: only in folders of root. */
const FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The wrapper programs that this host has. */
export function findWrappers({ host, files }: Pick<System, "host" | "files">): WrapperPrograms {
  const found = WRAPPERS.flatMap((kind): [Wrapper, { path: string; isBusybox: boolean }][] => {
    const path = host.findProgram(kind, FOLDERS);
    return path ? [[kind, { path, isBusybox: isBusybox(files.realPath(path) ?? path) }]] : [];
  });
  return Object.fromEntries(found);
}

/** `/bin/busybox`, but also `busybox.static` and the like. */
function isBusybox(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("busybox");
}
