import { join } from "@std/path";
import { isEntryOf, orderOf } from "../../core/compliance/module_entry.ts";
import { distrust } from "../../core/trust.ts";
import type { Files, FolderEntry, Users } from "../../ports.ts";
import { stepsTo } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";

/** A module that can be called, or why it cannot. */
export type FoundModule =
  | { readonly kind: "module"; readonly order: number; readonly program: string }
  | { readonly kind: "unusable"; readonly order: number | null; readonly reason: string };

/** Groups that a module of root may belong to, as OpenSVC has them: root, bin, sys and adm. */
const ROOT_GROUPS: ReadonlySet<number> = new Set([0, 2, 3, 4]);
const MAIN_FILES = ["main", "scripts/main"];

interface Ports {
  readonly files: Pick<Files, "list" | "facts" | "realPath">;
  readonly users: Pick<Users, "self">;
}

/** Where modules are. */
export function modulesFolder({ folders }: Pick<Agent, "folders">): string {
  return join(folders.var, "compliance");
}

/** Finds the one program of a module by its name, and looks whether it may be trusted. */
export function findModule(
  { files, users }: Ports,
  folder: string,
  name: string,
  entries: readonly FolderEntry[] = files.list(folder),
): FoundModule {
  const hits = entries.map((entry) => entry.name).filter((entry) => isEntryOf(entry, name)).sort();
  const [entry] = hits;
  if (entry === undefined) {
    return unusable(null, `there is no module ${name} in ${folder}, expected NN-${name}`);
  }
  const order = orderOf(entry, name);
  if (hits.length > 1) {
    return unusable(
      order,
      `${hits.length} entries of ${folder} are module ${name} (${hits.join(", ")}), expected one`,
    );
  }
  const program = programOf(files, join(folder, entry));
  if (program === undefined) {
    return unusable(order, `${join(folder, entry)} has neither main nor scripts/main, expected one of them`);
  }
  const doubt = doubtOf(files, program, users.self.uid);
  return doubt === undefined ? { kind: "module", order, program } : unusable(order, doubt);
}

function unusable(order: number | null, reason: string): FoundModule {
  return { kind: "unusable", order, reason };
}

/** The program of an entry: the file itself, or one in the folder. */
function programOf(files: Ports["files"], path: string): string | undefined {
  if (kindOf(files, path) !== "folder") return path;
  return MAIN_FILES.map((name) => join(path, name)).find((file) => kindOf(files, file) !== undefined);
}

/** Of what a link leads to. */
function kindOf(files: Ports["files"], path: string): string | undefined {
  const real = files.realPath(path);
  return real === undefined ? undefined : files.facts(real)?.kind;
}

/** Why the program must not be called: it is none, or somebody else could have written it. */
function doubtOf(files: Ports["files"], program: string, self: number): string | undefined {
  const real = files.realPath(program);
  const facts = real === undefined ? undefined : files.facts(real);
  if (real === undefined || facts?.kind !== "file") {
    return `${program} is no regular file, expected a program`;
  }
  const file = { path: real, ...facts };
  const way = [...stepsTo(files, program), ...(real === program ? [] : stepsTo(files, real)), file];
  const doubt = distrust(way, self);
  if (doubt !== undefined) return `Cannot trust ${program}: ${doubt}`;
  if (self === 0 && !ROOT_GROUPS.has(facts.gid)) {
    return `Cannot trust ${program}: it belongs to group ${facts.gid}, expected one of ${
      [...ROOT_GROUPS].join(", ")
    }`;
  }
  const isExecutable = (facts.mode & (facts.uid === self ? 0o100 : 0o111)) !== 0;
  return isExecutable ? undefined : `${program} is not executable, expected mode 755`;
}
