import { type Wrapper, type WrapperPrograms, WRAPPERS } from "../../core/process/wrapper.ts";
import type { System } from "../../ports.ts";

/** Where wrappers are looked for: only in folders of root. */
const FOLDERS = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The wrapper programs that this host has. */
export function findWrappers({ host, files }: Pick<System, "host" | "files">): WrapperPrograms {
  const found = WRAPPERS.flatMap((kind): [Wrapper, { path: string; isBusybox: boolean }][] => {
    const path = host.findProgram(kind, FOLDERS);
    return path ? [[kind, { path, isBusybox: files.realPath(path)?.endsWith("/busybox") ?? false }]] : [];
  });
  return Object.fromEntries(found);
}
