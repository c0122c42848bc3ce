import { FS_FLAG } from "./fs/flag.ts";
import type { Driver } from "./driver.ts";
import { TASK_HOST } from "./task/host.ts";

/** Every driver of this version; written out, so that one look shows them all. */
const DRIVERS: Readonly<Record<string, Driver>> = {
  [FS_FLAG.id]: FS_FLAG,
  [TASK_HOST.id]: TASK_HOST,
};

/** Finds a driver by group and type, such as `task.host`; undefined when this version does not have it. */
export function findDriver(id: string): Driver | undefined {
  return Object.hasOwn(DRIVERS, id) ? DRIVERS[id] : undefined;
}
