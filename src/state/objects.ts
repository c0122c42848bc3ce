import { dirname, join } from "@std/path";
import { MAX_CONFIG_BYTES } from "../core/config/bounds.ts";
import { distrust } from "../core/trust.ts";
import type { Step } from "../core/trust.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { isObjectPath } from "../core/naming/object_path.ts";
import type { FileFacts, Files, Users } from "../ports.ts";
import type { Folders } from "./folders.ts";
import { configPath } from "./folders.ts";

/** Configurations in the `etc` folder that are those of the node, and not of a service. */
export const NODE_FILES: ReadonlySet<string> = new Set(["node", "cluster"]);
const CONFIG_SUFFIX = ".conf";

/** A configuration text, or the reason why it must not be used. */
export type ConfigText =
  | { readonly kind: "text"; readonly text: string; readonly modifiedAt: number; readonly facts: FileFacts }
  /** Not to be believed, or not to be read: too large, no UTF-8. */
  | { readonly kind: "refused" | "broken"; readonly reason: string }
  | { readonly kind: "missing" };

/** Every object that has a configuration on this node, unsorted; files of which the name is none of an object are left. */
export function listObjects(files: Pick<Files, "list">, folders: Folders): ObjectPath[] {
  const found = namesIn(files, folders.etc).filter((name) => !NODE_FILES.has(name)).map((name) =>
    objectPath("root", "svc", name)
  );
  for (const kind of foldersIn(files, folders.etc)) {
    if (kind === "namespaces") continue;
    found.push(...namesIn(files, join(folders.etc, kind)).map((name) => objectPath("root", kind, name)));
  }
  const spaces = join(folders.etc, "namespaces");
  for (const namespace of foldersIn(files, spaces)) {
    for (const kind of foldersIn(files, join(spaces, namespace))) {
      const names = namesIn(files, join(spaces, namespace, kind));
      found.push(...names.map((name) => objectPath(namespace, kind, name)));
    }
  }
  return found.filter(isObjectPath);
}

function objectPath(namespace: string, kind: string, name: string): ObjectPath {
  return { namespace, kind, name } as ObjectPath;
}

function namesIn(files: Pick<Files, "list">, folder: string): string[] {
  return files.list(folder)
    .filter((entry) => entry.kind !== "folder" && entry.name.endsWith(CONFIG_SUFFIX))
    .map((entry) => entry.name.slice(0, -CONFIG_SUFFIX.length))
    .filter((name) => name !== "" && !name.startsWith("."));
}

function foldersIn(files: Pick<Files, "list">, folder: string): string[] {
  return files.list(folder).filter((entry) => entry.kind === "folder" && !entry.name.endsWith(".d"))
    .map((entry) => entry.name);
}

/** Reads configurations, believing only those that nobody else could have written (spec 2.5). */
export class ConfigReader {
  readonly #files: Pick<Files, "facts" | "readUnlinked" | "realPath">;
  readonly #users: Pick<Users, "self">;
  readonly #folders: Folders;
  /** Steps to a folder, kept because all services of a host share them. */
  readonly #steps = new Map<string, readonly Step[]>();
  readonly #safe = new Set<string>();

  constructor(
    ports: { files: Pick<Files, "facts" | "readUnlinked" | "realPath">; users: Pick<Users, "self"> },
    folders: Folders,
  ) {
    this.#files = ports.files;
    this.#users = ports.users;
    this.#folders = folders;
  }

  /** Reads the configuration of an object. */
  read(path: ObjectPath): ConfigText {
    return this.readFile(configPath(this.#folders, path));
  }

  /** Reads any configuration file, such as `node.conf`, under the same rules. */
  readFile(file: string): ConfigText {
    try {
      return this.#readFile(file);
    } catch (error) {
      const isBroken = error instanceof RangeError || error instanceof SyntaxError;
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: isBroken ? "broken" : "refused", reason };
    }
  }

  #readFile(file: string): ConfigText {
    const opened = this.#files.readUnlinked(file, MAX_CONFIG_BYTES);
    if (opened === undefined) return { kind: "missing" };
    const self = this.#users.self.uid;
    // Another user's agent runs nothing as anybody else: the system's own file rights protect it.
    const reason = self === 0 ? this.#doubt({ path: file, ...opened.facts }, self) : undefined;
    if (reason !== undefined) return { kind: "refused", reason: `Cannot trust ${file}: ${reason}` };
    return { kind: "text", text: opened.text, modifiedAt: opened.facts.modifiedAt, facts: opened.facts };
  }

  /** The way to a folder without doubt is looked at once, and not again for each file in it. */
  #doubt(file: Step, self: number): string | undefined {
    const folder = dirname(file.path);
    if (this.#safe.has(folder)) return distrust([file], self);
    const steps = this.#stepsTo(folder);
    if (distrust(steps, self) === undefined) this.#safe.add(folder);
    return distrust([...steps, file], self);
  }

  #stepsTo(folder: string): readonly Step[] {
    let steps = this.#steps.get(folder);
    if (steps === undefined) {
      const real = this.#files.realPath(folder) ?? folder;
      const ways = real === folder ? [folder] : [folder, real];
      steps = ways.flatMap((way) => stepsTo(this.#files, way));
      this.#steps.set(folder, steps);
    }
    return steps;
  }
}

/** The steps from the root folder down to a file or folder, as it is written; missing ones are left out. */
export function stepsTo(files: Pick<Files, "facts">, path: string): Step[] {
  const steps: Step[] = [];
  for (let at = path;; at = dirname(at)) {
    const facts = files.facts(at);
    if (facts) {
      steps.unshift({ path: at, kind: facts.kind, uid: facts.uid, gid: facts.gid, mode: facts.mode });
    }
    if (at === "/" || at === ".") return steps;
  }
}
