/**
 * What a child must not inherit from the agent: descriptors that the agent itself was started with, ignored signals.
 *
 * @module
 */

/** `FD_CLOEXEC`, `F_SETFD` and `O_CLOEXEC` of Linux, the same on x86-64 and arm64. */
const FD_CLOEXEC = 1;
const F_SETFD = 2;
const O_CLOEXEC = 0o2000000;

/** Signals that a caller such as `nohup` or a background job of a shell may have told the agent to ignore. */
const IGNORABLE = [["SIGHUP", 1], ["SIGINT", 2], ["SIGQUIT", 3], ["SIGUSR1", 10], ["SIGUSR2", 12], [
  "SIGTERM",
  15,
]] as const;

let isDone = false;

/** Makes later children start clean; to be called before the first one, and again at no cost. */
export function shieldChildren(): void {
  if (isDone) return;
  isDone = true;
  const leaking = openDescriptors().filter((fd) => fd > 2 && !isClosedOnExec(fd));
  if (leaking.length > 0) closeOnExec(leaking);
  handleIgnoredSignals();
}

function openDescriptors(): readonly number[] {
  return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name));
}

function isClosedOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(Deno.readTextFileSync(`/proc/self/fdinfo/${fd}`))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    // The descriptor that listed the folder is closed by now.
    return true;
  }
}

/** The starter in sh closes 3 to 9 in any case; without this C library the higher ones stay open. */
function closeOnExec(descriptors: readonly number[]): void {
  try {
    const library = Deno.dlopen("libc.so.6", {
      fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
    });
    for (const fd of descriptors) library.symbols.fcntl(fd, F_SETFD, FD_CLOEXEC);
    library.close();
  } catch {
    return;
  }
}

/**
 * A signal that is ignored stays ignored across `exec`; one that has a handler goes back to its default.
 *
 * The handler does nothing, so that the agent itself goes on ignoring the signal.
 */
function handleIgnoredSignals(): void {
  const mask = BigInt(
    `0x${/^SigIgn:\s*([0-9a-f]+)/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1] ?? "0"}`,
  );
  for (const [signal, number] of IGNORABLE) {
    if ((mask >> BigInt(number - 1)) & 1n) Deno.addSignalListener(signal, () => {});
  }
}
