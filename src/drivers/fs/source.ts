import { join } from "@std/path";
import type { Mount } from "../../core/host/mounts.ts";
import { isWithin, mountOf, placeIn } from "../../core/host/mounts.ts";
import type { DriverPorts } from "../driver.ts";

type FilesPort = Pick<DriverPorts, "files">;
type Ports = Pick<DriverPorts, "files" | "tool">;

interface Found {
  readonly mounts: readonly Mount[];
  /** The mount point, links resolved. */
  readonly point: string;
  readonly mount: Mount;
}

/** What is in the memory of the kernel, or is put together from several: only its type can be compared. */
const NAMELESS: ReadonlySet<string> = new Set(["tmpfs", "overlay"]);
const REMOTE: ReadonlySet<string> = new Set(["nfs", "nfs4", "cifs"]);
const FINDFS_MS = 5_000;
const TAGS: Readonly<Record<string, string>> = {
  UUID: "by-uuid",
  LABEL: "by-label",
  PARTUUID: "by-partuuid",
  PARTLABEL: "by-partlabel",
  ID: "by-id",
};

/** `UUID=…` and the like as the path of the device; anything else as it is. Without udev, `findfs` has to look. */
export async function realDevice({ files, tool }: Ports, dev: string): Promise<string> {
  const [, tag = "", name = ""] = /^([A-Z]+)="?([^"]*)"?$/.exec(dev) ?? [];
  const folder = Object.hasOwn(TAGS, tag) ? TAGS[tag] : undefined;
  if (folder === undefined) return dev;
  // udev writes characters that a file name cannot hold as \x2f.
  const file = `/dev/disk/${folder}/${name.replaceAll("/", "\\x2f").replaceAll(" ", "\\x20")}`;
  if (files.realPath(file) !== undefined) return file;
  const { code, stdout } = await tool(["findfs", `${tag}=${name}`], { timeoutMs: FINDFS_MS });
  return code === 0 && stdout.startsWith("/") ? stdout.trim() : dev;
}

/** Whether what is mounted is what the configuration wants there. */
export async function isSourceOf(
  ports: Ports,
  { type, dev }: { readonly type: string; readonly dev: string },
  found: Found,
): Promise<boolean> {
  const { mount } = found;
  if (NAMELESS.has(type)) return mount.type === type;
  if (REMOTE.has(type)) return remoteName(mount.source) === remoteName(dev);
  if (type === "bind") return isBindOf(ports, dev, found);
  return await isDeviceOf(ports, dev, mount.source);
}

/** Without a slash at the end, host names and shares in lower case. */
function remoteName(text: string): string {
  return text.replace(/(?<=.)\/+$/, "").replace(/^[^/]*:|^\/\/[^/]+/, (host) => host.toLowerCase());
}

async function isDeviceOf({ files, tool }: Ports, dev: string, source: string): Promise<boolean> {
  const wanted = await realDevice({ files, tool }, dev);
  if (source === wanted) return true;
  const real = files.realPath(source);
  const realWanted = files.realPath(wanted);
  if (real !== undefined && real === realWanted) return true;
  // A file is mounted by way of a loop device.
  const [, loop] = /^\/dev\/(loop\d+)$/.exec(real ?? source) ?? [];
  if (loop === undefined || realWanted === undefined) return false;
  return files.read(`/sys/block/${loop}/loop/backing_file`)?.trim() === realWanted;
}

/** A bind mount shows a folder of the file system that the folder lies in: the same one, and the same place there. */
function isBindOf({ files }: FilesPort, dev: string, { mounts, point, mount }: Found): boolean {
  const real = files.realPath(dev);
  if (real === undefined) return false;
  // What lies below the mount point itself says nothing about where the folder comes from.
  const others = isWithin(real, point)
    ? mounts
    : mounts.filter(({ mountPoint }) => !isWithin(mountPoint, point));
  const home = mountOf(others, join(real, "."));
  return home !== undefined && home.device === mount.device && placeIn(home, real) === mount.root;
}
