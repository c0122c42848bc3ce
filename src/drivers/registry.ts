import { FS_DIRECTORY } from "./fs/directory.ts";
import { FS_FAMILIES } from "./fs/families.ts";
import { FS_FLAG } from "./fs/flag.ts";
import { mountDriver } from "./fs/mount.ts";
import { IP_HOST } from "./ip/host.ts";
import { SYNC_RSYNC } from "./sync/rsync.ts";
import type { Driver } from "./driver.ts";
import { TASK_HOST } from "./task/host.ts";

/** Every driver of this version; written out, so that one look shows them all. */
const DRIVERS: Readonly<Record<string, Driver>> = {
  ...Object.fromEntries(Object.keys(FS_FAMILIES).map((id) => [id, mountDriver(id)])),
  [FS_DIRECTORY.id]: FS_DIRECTORY,
  [FS_FLAG.id]: FS_FLAG,
  [IP_HOST.id]: IP_HOST,
  [SYNC_RSYNC.id]: SYNC_RSYNC,
  [TASK_HOST.id]: TASK_HOST,
};

/** Finds a driver by group and type, such as `task.host`; undefined when this version does not have it. */
export function findDriver(id: string): Driver | undefined {
  return Object.hasOwn(DRIVERS, id) ? DRIVERS[id] : undefined;
}
