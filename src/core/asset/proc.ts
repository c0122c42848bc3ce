/** Reads the memory of the host from `/proc/meminfo`, in MiB; undefined when it does not say. */
export function parseMemory(meminfo: string): number | undefined {
  const kilobytes = /^MemTotal:\s*(\d+) kB$/m.exec(meminfo)?.[1];
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024);
}

/** Reads from `/proc/stat` when the host booted, in seconds since the epoch; undefined when it does not say. */
export function parseBootTime(stat: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(stat)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** The machines that there is an agent for, by their number in the head of a program. */
const MACHINES: Readonly<Record<number, string>> = { 62: "amd64", 183: "arm64" };

/** Names the machine that a program is for by its first 20 bytes (ELF); undefined when it is none of ours. */
export function machineOf(head: Uint8Array): string | undefined {
  const isElf = head.length >= 20 && head[0] === 0x7f && String.fromCharCode(...head.slice(1, 4)) === "ELF";
  return isElf ? MACHINES[head[18]! + head[19]! * 256] : undefined;
}

/** Finds the full name of the host: its own if that has a dot, else the one that `/etc/hosts` has for it. */
export function fullNameOf(hostName: string, hosts: string): string {
  if (hostName.includes(".")) return hostName;
  for (const line of hosts.split("\n")) {
    const [, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    const full = names.find((name) => name.startsWith(`${hostName}.`));
    if (full !== undefined && names.includes(hostName)) return full;
  }
  return hostName;
}
