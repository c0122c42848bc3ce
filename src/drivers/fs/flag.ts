import { join } from "@std/path";
import type { Driver } from "../driver.ts";

/**
 * `fs.flag`: a file that is there while the instance is started, and gone after a reboot.
 *
 * It stands for real storage in tests, in demonstrations, and in services that only need to know where they are active.
 */
export const FS_FLAG: Driver = {
  id: "fs.flag",
  label: () => "fs.flag",
  status({ files }, resource) {
    const isThere = files.facts(flagFile(resource)) !== undefined;
    return { status: isThere ? "up" : "down", messages: [] };
  },
  async start({ files, journal }, resource) {
    const file = flagFile(resource);
    if (files.facts(file)) return journal.info(`${resource.rid} is already up`, resource.rid);
    await files.replace(file, "", { mode: 0o600 });
    journal.info(`create flag ${file}`, resource.rid);
  },
  stop({ files, journal }, resource) {
    const file = flagFile(resource);
    if (files.remove(file)) journal.info(`remove flag ${file}`, resource.rid);
    else journal.info(`${resource.rid} is already down`, resource.rid);
    return Promise.resolve();
  },
};

function flagFile({ runtimeFolder, rid }: { readonly runtimeFolder: string; readonly rid: string }): string {
  return join(runtimeFolder, `${rid}.flag`);
}
