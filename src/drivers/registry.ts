import { APP_FORKING } from "./app/forking.ts";
import { APP_SIMPLE } from "./app/simple.ts";
import { CONTAINER_DOCKER, CONTAINER_PODMAN } from "./container/container.ts";
import { FS_DIRECTORY } from "./fs/directory.ts";
import { FS_FAMILIES } from "./fs/families.ts";
import { FS_FLAG } from "./fs/flag.ts";
import { mountDriver } from "./fs/mount.ts";
import { IP_HOST } from "./ip/host.ts";
import { SYNC_RSYNC } from "./sync/rsync.ts";
import type { Driver } from "./driver.ts";
import { TASK_DOCKER, TASK_PODMAN } from "./task/container.ts";
import { TASK_HOST } from "./task/host.ts";

/** Every driver of this version; written out, so that one look shows them all. */
const DRIVERS: Readonly<Record<string, Driver>> = {
  [APP_FORKING.id]: APP_FORKING,
  [APP_SIMPLE.id]: APP_SIMPLE,
  [CONTAINER_DOCKER.id]: CONTAINER_DOCKER,
  [CONTAINER_PODMAN.id]: CONTAINER_PODMAN,
  ...Object.fromEntries(Object.keys(FS_FAMILIES).map((id) => [id, mountDriver(id)])),
  [FS_DIRECTORY.id]: FS_DIRECTORY,
  [FS_FLAG.id]: FS_FLAG,
  [IP_HOST.id]: IP_HOST,
  [SYNC_RSYNC.id]: SYNC_RSYNC,
  [TASK_DOCKER.id]: TASK_DOCKER,
  [TASK_HOST.id]: TASK_HOST,
  [TASK_PODMAN.id]: TASK_PODMAN,
};

/** Finds a driver by group and type, such as `task.host`; undefined when this version does not have it. */
export function findDriver(id: string): Driver | undefined {
  return Object.hasOwn(DRIVERS, id) ? DRIVERS[id] : undefined;
}
