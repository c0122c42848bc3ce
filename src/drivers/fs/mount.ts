import { basename, dirname, join } from "@std/path";
import type { Mount } from "../../core/host/mounts.ts";
import { coverOf, mountOn, parseMountInfo } from "../../core/host/mounts.ts";
import { plainly } from "../driver.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView, StatusMessage } from "../driver.ts";
import { whyFailed } from "../tool_failure.ts";
import { absolutePath, requiredText } from "../values.ts";
import { describeHolders } from "./holders.ts";
import { mendOwner, ownerProblems, readOwner } from "./owner.ts";
import { isSourceOf, realDevice } from "./source.ts";

/** How long `mount` may take, as for a server that does not answer. */
const MOUNT_MS = 180_000;
const UMOUNT_MS = 60_000;
/** How often `umount` is tried while something uses the file system, and the pause between, in milliseconds. */
const TRIES = 4;
const PAUSE_MS = 1_000;
/** File systems that nobody can write to. */
const READ_ONLY_TYPES: ReadonlySet<string> = new Set(["iso9660", "squashfs"]);
/** What the table says of one that is read-only; recent kernels tell an emergency apart. */
const READ_ONLY_WORDS: ReadonlySet<string> = new Set(["ro", "emergency_ro"]);
const TABLE = "/proc/self/mountinfo";

/** A file system on a mount point; `id` tells its type, such as `fs.ext4`. */
export function mountDriver(id: string): Driver {
  return {
    id,
    infoOptions: ["dev", "mnt", "mnt_opt", "type"],
    label(resource) {
      const { dev, mnt } = settingsOf(resource);
      return `${id.slice("fs.".length)} ${dev}@${mnt}`;
    },
    status: statusOf,
    fingerprint: ({ files }) => files.read(TABLE) ?? "",
    start,
    stop,
  };
}

interface Settings {
  readonly type: string;
  readonly dev: string;
  readonly mnt: string;
  readonly options: string;
}

function settingsOf(resource: ResourceView): Settings {
  const { configuration, rid } = resource;
  return {
    type: configuration.string(rid, "type") ?? "",
    dev: requiredText(resource, "dev"),
    mnt: join(absolutePath(resource, "mnt"), "."),
    options: configuration.string(rid, "mnt_opt") ?? "",
  };
}

/** What is on the mount point now. The point itself is not touched: a server that is gone would not answer. */
function look({ files }: Pick<DriverPorts, "files">, mnt: string) {
  const mounts = parseMountInfo(files.read(TABLE) ?? "");
  const parent = files.realPath(dirname(mnt));
  const direct = parent === undefined ? mnt : join(parent, basename(mnt));
  const found = mountOn(mounts, direct);
  const point = found ? direct : files.realPath(mnt) ?? direct;
  return { mounts, point, mount: found ?? mountOn(mounts, point) };
}

async function statusOf(ports: DriverPorts, resource: ResourceView): Promise<DriverStatus> {
  const settings = settingsOf(resource);
  const { mounts, point, mount } = look(ports, settings.mnt);
  if (mount === undefined) return plainly("down");
  if (!await isSourceOf(ports, settings, { mounts, point, mount })) {
    return { status: "warn", messages: [{ level: "warn", text: describeOther(mount, settings) }] };
  }
  const cover = coverOf(mounts, mount);
  if (cover !== undefined) {
    const text = `it is hidden by ${cover.source} (${cover.type}), mounted later on ${cover.mountPoint}`;
    return { status: "warn", messages: [{ level: "warn", text }] };
  }
  return {
    status: "up",
    messages: [...readOnlyMessages(mount, settings), ...ownerMessages(ports, resource, point)],
  };
}

function describeOther({ source, type, root }: Mount, { dev, mnt }: Settings): string {
  const what = root === "/" ? source : `${root} of ${source}`;
  return `${what} (${type}) is mounted on ${mnt}, expected ${dev}`;
}

/** After an error the kernel makes the whole file system read-only, and not the mount. */
function readOnlyMessages({ options, superOptions, type }: Mount, settings: Settings): StatusMessage[] {
  const wanted = settings.options.split(",");
  const isWanted = wanted.includes("ro") || READ_ONLY_TYPES.has(type) ||
    (type === "overlay" && !wanted.some((option) => option.startsWith("upperdir=")));
  if (isWanted) return [];
  const isReadOnly = [...options, ...superOptions].some((word) => READ_ONLY_WORDS.has(word));
  return isReadOnly ? [{ level: "warn", text: "it is mounted read-only" }] : [];
}

function ownerMessages(
  ports: DriverPorts,
  { configuration, rid }: ResourceView,
  point: string,
): StatusMessage[] {
  const wish = readOwner(configuration, rid);
  const isAny = wish.user === undefined && wish.group === undefined && wish.perm === undefined;
  return isAny ? [] : ownerProblems(ports, point, wish);
}

async function start(ports: DriverPorts, resource: ResourceView): Promise<void> {
  const { files, journal } = ports;
  const settings = settingsOf(resource);
  const { mnt, dev } = settings;
  const { status, messages: [message] } = await statusOf(ports, resource);
  if (status === "up") journal.info(`${resource.rid} is already up`);
  else {
    if (status === "warn") throw new Error(`Cannot mount ${dev}: ${message?.text}`);
    if (dev.startsWith("/") && settings.type !== "overlay" && files.realPath(dev) === undefined) {
      throw new Error(`Cannot mount ${dev}: it does not exist`);
    }
    if (files.realPath(mnt) === undefined) {
      files.makeFolder(mnt, 0o755);
      journal.info(`make mount point ${mnt}`);
    }
    await mount(ports, settings);
    await verify(ports, resource);
  }
  mendOwner(ports, look(ports, mnt).point, readOwner(resource.configuration, resource.rid));
}

async function mount(ports: DriverPorts, settings: Settings): Promise<void> {
  const { type, dev, mnt, options } = settings;
  const words = options.split(",").filter(Boolean);
  const isBind = type === "bind";
  if (isBind && !words.some((word) => word === "bind" || word === "rbind")) words.unshift("bind");
  const argv: [string, ...string[]] = [
    "mount",
    ...(isBind ? [] : ["-t", type]),
    ...(words.length > 0 ? ["-o", words.join(",")] : []),
    await realDevice(ports, dev),
    mnt,
  ];
  ports.journal.info(argv.join(" "));
  const outcome = await ports.tool(argv, { timeoutMs: MOUNT_MS });
  if (outcome.code !== 0) throw new Error(`Cannot mount ${dev} on ${mnt}: ${whyFailed(outcome)}`);
}

/** What was mounted and is not what was wanted goes again, or nobody would ever unmount it. */
async function verify(ports: DriverPorts, resource: ResourceView): Promise<void> {
  const { dev, mnt } = settingsOf(resource);
  const { status, messages: [message] } = await statusOf(ports, resource);
  if (status === "up") return;
  const { point, mount } = look(ports, mnt);
  if (mount !== undefined) await ports.tool(["umount", point], { timeoutMs: UMOUNT_MS });
  const why = message?.text ?? "mount exited with 0, but it is not there";
  throw new Error(`Cannot mount ${dev} on ${mnt}: ${why}`);
}

async function stop(ports: DriverPorts, resource: ResourceView): Promise<void> {
  const { journal, clock, stopping } = ports;
  const settings = settingsOf(resource);
  const { status, messages: [message] } = await statusOf(ports, resource);
  if (status === "down") return journal.info(`${resource.rid} is already down`);
  if (status === "warn") throw new Error(`Cannot unmount ${settings.mnt}: ${message?.text}`);
  for (let number = 1;; number++) {
    const { point } = look(ports, settings.mnt);
    journal.info(`umount ${point}`);
    const outcome = await ports.tool(["umount", point], { timeoutMs: UMOUNT_MS });
    if ((await statusOf(ports, resource)).status === "down") return;
    if (number === TRIES || stopping.aborted) {
      const who = describeHolders(ports, point);
      throw new Error(`Cannot unmount ${settings.mnt}: ${whyFailed(outcome)}${who === "" ? "" : `; ${who}`}`);
    }
    await clock.sleep(PAUSE_MS, stopping);
  }
}
