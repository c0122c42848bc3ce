import { join } from "@std/path";
import { plainly } from "../driver.ts";
import type { Driver, DriverPorts, ResourceView } from "../driver.ts";

/**
 * `fs.flag`: a file that is there while the instance is started, and counts for nothing after a reboot, wherever it is:
 * it tells its boot. One that somebody made by hand is empty, and counts.
 *
 * It stands for real storage in tests, in demonstrations, and in services that only need to know where they are active.
 */
export const FS_FLAG: Driver = {
  id: "fs.flag",
  label: () => "fs.flag",
  status(ports, resource) {
    return plainly(isSet(ports, resource) ? "up" : "down");
  },
  fingerprint({ files }, resource) {
    const text = files.read(flagFile(resource));
    return text === undefined ? "" : `there ${text}`;
  },
  async start(ports, resource) {
    const { files, host, journal } = ports;
    const file = flagFile(resource);
    if (isSet(ports, resource)) return journal.info(`${resource.rid} is already up`);
    await files.replace(file, `${host.bootId}\n`, { mode: 0o600 });
    journal.info(`create flag ${file}`);
  },
  stop({ files, journal }, resource) {
    const file = flagFile(resource);
    if (files.remove(file)) journal.info(`remove flag ${file}`);
    else journal.info(`${resource.rid} is already down`);
  },
};

function isSet({ files, host }: Pick<DriverPorts, "files" | "host">, resource: ResourceView): boolean {
  const boot = files.read(flagFile(resource))?.trim();
  return boot === "" || boot === host.bootId;
}

function flagFile({ runtimeFolder, rid }: ResourceView): string {
  return join(runtimeFolder, `${rid}.flag`);
}
