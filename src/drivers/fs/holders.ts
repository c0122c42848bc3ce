import { isWithin, mountsBelow, parseMountInfo } from "../../core/host/mounts.ts";
import type { DriverPorts } from "../driver.ts";

/** How many processes are named. */
const MOST = 5;

type Ports = Pick<DriverPorts, "files" | "processes">;

/** Says who keeps a file system from being unmounted: other mounts below it, and processes that use it. */
export function describeHolders(ports: Ports, point: string): string {
  const below = mountsBelow(parseMountInfo(ports.files.read("/proc/self/mountinfo") ?? ""), point);
  const holders = ports.processes.table().filter(({ pid }) => holds(ports, pid, point))
    .map(({ pid, name }) => `process ${pid} (${name})`);
  const more = holders.length > MOST ? [`${holders.length - MOST} more`] : [];
  return [
    ...(below.length > 0 ? [`mounted below it: ${below.join(", ")}`] : []),
    ...(holders.length > 0 ? [`held by ${[...holders.slice(0, MOST), ...more].join(", ")}`] : []),
  ].join("; ");
}

function holds({ files }: Ports, pid: number, point: string): boolean {
  const leadsThere = (link: string) => {
    const path = quietly(() => files.realPath(`/proc/${pid}/${link}`));
    return path !== undefined && isWithin(path, point);
  };
  if (["cwd", "root", "exe"].some(leadsThere)) return true;
  return (quietly(() => files.list(`/proc/${pid}/fd`)) ?? []).some(({ name }) => leadsThere(`fd/${name}`));
}

/** A process of somebody else, or of the kernel, is not to be looked into. */
function quietly<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
