import { join } from "@std/path";
import { plainly } from "../driver.ts";
import type { Driver, DriverStatus, ResourceView } from "../driver.ts";
import type { DriverPorts } from "../driver.ts";
import { absolutePath } from "../values.ts";
import { mendOwner, ownerProblems, readOwner } from "./owner.ts";

/** `fs.directory`: a folder that must be there, with its owner and mode. Stopping the service leaves it. */
export const FS_DIRECTORY: Driver = {
  id: "fs.directory",
  infoOptions: ["path", "user", "group", "perm"],
  label: (resource) => `directory ${pathOf(resource)}`,
  status: statusOf,
  fingerprint({ files }, resource) {
    const path = pathOf(resource);
    const facts = files.facts(files.realPath(path) ?? path);
    return facts ? `${facts.kind} ${facts.uid} ${facts.gid} ${facts.mode}` : "";
  },
  start(ports, resource) {
    const path = pathOf(resource);
    const { files, journal } = ports;
    if (statusOf(ports, resource).status === "up") return journal.info(`${resource.rid} is already up`);
    const kind = kindOf(ports, path);
    if (kind !== undefined && kind !== "folder") {
      throw new Error(`Cannot make the folder "${path}": a ${kind} is there`);
    }
    if (kind === undefined) {
      files.makeFolder(path, 0o755);
      journal.info(`make folder ${path}`);
    }
    mendOwner(ports, path, readOwner(resource.configuration, resource.rid));
  },
};

function pathOf(resource: ResourceView): string {
  return join(absolutePath(resource, "path"), ".");
}

/** A link is taken for what it leads to. */
function kindOf({ files }: Pick<DriverPorts, "files">, path: string): string | undefined {
  const real = files.realPath(path);
  return real === undefined ? files.facts(path)?.kind : files.facts(real)?.kind;
}

function statusOf(ports: DriverPorts, resource: ResourceView): DriverStatus {
  const path = pathOf(resource);
  const kind = kindOf(ports, path);
  if (kind === undefined) return plainly("down");
  if (kind !== "folder") {
    return { status: "down", messages: [{ level: "error", text: `${path} is no folder, but a ${kind}` }] };
  }
  const real = ports.files.realPath(path) ?? path;
  const messages = ownerProblems(ports, real, readOwner(resource.configuration, resource.rid));
  return { status: messages.length === 0 ? "up" : "warn", messages };
}
