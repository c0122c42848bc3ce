/**
 * What the collector was told of configurations, as OpenSVC keeps it: one small file for each object.
 *
 * @module
 */
import { join } from "@std/path";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import type { Files } from "../../ports.ts";
import type { Folders } from "../folders.ts";
import { parseObject, readStateOr, replaceState } from "../state_file.ts";

/** One file below `<var>/node/collector/config_sent`. */
export interface ConfigSent {
  /** RFC 3339: when it was handed to the collector, or put where it waits for it. */
  readonly sent_at: string;
  /** The MD5 sum of the file. */
  readonly csum: string;
}

/** The last configuration that was told; undefined for none, and for a record that cannot be read. */
export function readConfigSent(
  files: Pick<Files, "readUnlinked">,
  folders: Folders,
  path: ObjectPath,
): ConfigSent | undefined {
  return readStateOr(files, fileOf(folders, path), parseConfigSent);
}

export async function writeConfigSent(
  files: Pick<Files, "readUnlinked" | "rename" | "remove" | "replace">,
  folders: Folders,
  path: ObjectPath,
  sent: ConfigSent,
): Promise<void> {
  await replaceState(files, fileOf(folders, path), `${JSON.stringify(sent)}\n`, { parse: parseConfigSent });
}

/** The object is gone. */
export function forgetConfigSent(
  files: Pick<Files, "remove">,
  folders: Folders,
  path: ObjectPath,
): void {
  files.remove(fileOf(folders, path));
}

function parseConfigSent(text: string): ConfigSent | undefined {
  const value = parseObject(text);
  const isWhole = typeof value?.["sent_at"] === "string" && typeof value["csum"] === "string";
  return isWhole ? value as unknown as ConfigSent : undefined;
}

/** Where the records are. */
export function configSentFolder(folders: Pick<Folders, "var">): string {
  return join(folders.var, "node", "collector", "config_sent");
}

function fileOf(folders: Folders, { namespace, kind, name }: ObjectPath): string {
  return join(configSentFolder(folders), `${namespace}.${kind}.${name}.json`);
}
