import { join } from "@std/path";
import { plainly } from "../driver.ts";
import type { Driver, ResourceView } from "../driver.ts";

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
    return plainly(isThere ? "up" : "down");
  },
  fingerprint({ files }, resource) {
    return String(files.facts(flagFile(resource)) !== undefined);
  },
  async start({ files, journal }, resource) {
    const file = flagFile(resource);
    if (files.facts(file)) return journal.info(`${resource.rid} is already up`);
    await files.replace(file, "", { mode: 0o600 });
    journal.info(`create flag ${file}`);
  },
  stop({ files, journal }, resource) {
    const file = flagFile(resource);
    if (files.remove(file)) journal.info(`remove flag ${file}`);
    else journal.info(`${resource.rid} is already down`);
  },
};

function flagFile({ runtimeFolder, rid }: ResourceView): string {
  return join(runtimeFolder, `${rid}.flag`);
}
