import type { Identity } from "../../../core/process/identity.ts";
import { type PtyPrograms, terminalOf } from "../../../core/process/pty.ts";
import {
  sudoPtyProbe,
  type Wrapper,
  type WrapperProgram,
  type WrapperPrograms,
  WRAPPERS,
} from "../../../core/process/wrapper.ts";
import type { System } from "../../../ports.ts";

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

type Ports = Pick<System, "host" | "files" | "processes">;

/** What this host has to make a pseudo-terminal for a command of the identity; looked at when it is asked for. */
export function findPtyPrograms(system: Ports, identity: Identity): PtyPrograms {
  const { host, files, processes } = system;
  const { setpriv, ...others } = findWrappers(system);
  const knows = (program: WrapperProgram | undefined, flag: string): program is WrapperProgram =>
    program?.isBusybox === false && processes.output([program.path, "--help"]).stdout.includes(flag);
  const script = host.findProgram("script", FOLDERS);
  const isUsable = script !== undefined && !isBusybox(files.realPath(script) ?? script);
  return {
    script: isUsable ? script : undefined,
    // Since util-linux 2.33, and `--pty` since 2.34.
    guard: knows(setpriv, "--pdeathsig") ? setpriv.path : undefined,
    makesPty(kind) {
      const program = others[kind];
      if (kind !== "sudo") return knows(program, "--pty");
      if (program === undefined) return false;
      const given = terminalOf(processes.output(sudoPtyProbe(program, identity)).stdout);
      return given !== 0 && given !== terminalOf(files.read("/proc/self/stat") ?? "");
    },
  };
}

/** `/bin/busybox`, but also `busybox.static` and the like. */
function isBusybox(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("busybox");
}
