import { dirname, join } from "@std/path";
import type { Identity } from "../../core/process/identity.ts";
import { stableDraw } from "../../core/schedule/draw.ts";
import { mayEnter } from "../../core/secrets/passage.ts";
import type { Bytes, Files, System } from "../../ports.ts";
import type { Folders } from "../../state/folders.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";

/** Files that a command gets, in a folder that is there as long as the command runs. */
export interface SecretFiles {
  readonly folder: string;
  /** Contents, by variable. */
  readonly files: ReadonlyMap<string, Bytes>;
}

/** The run of one task: what its private folder is found again by, also by an agent that did not make it. */
export interface SecretOwner {
  readonly sessionId: string;
  /** The service's short path. */
  readonly path: string;
  readonly rid: string;
}

/** Everybody may pass, nobody may look around. */
const PASSAGE = 0o711;

/** The private folder of a run's secret files: one session may run several tasks, and a name must stay short. */
export function secretFolder({ run }: Pick<Folders, "run">, { sessionId, path, rid }: SecretOwner): string {
  const draw = stableDraw({ node: "", path, rid, occurrence: sessionId });
  return join(run, "secrets", `${sessionId}-${Math.floor(draw * 2 ** 52).toString(36)}`);
}

/** Says why the files could not be handed to the user of a command; looks, and changes nothing. */
export function handOverProblem(
  { system: { files, users }, folders: { run } }: Pick<Agent, "system" | "folders">,
  { files: contents }: Pick<SecretFiles, "files">,
  identity: Identity,
): string | undefined {
  if (contents.size === 0) return undefined;
  const cannot = `Cannot hand secret files to user "${identity.name}"`;
  const ownUid = users.self.uid;
  if (identity.uid === ownUid) return undefined;
  if (ownUid !== 0) return `${cannot}: only an agent of root can make files of another user`;
  // The agent opens its own folders for passage; those above them are not its own.
  const closed = foldersAbove(files, run).find((folder) => {
    const facts = files.facts(folder);
    return facts !== undefined && !mayEnter(identity, facts);
  });
  return closed === undefined
    ? undefined
    : `${cannot}: that user may not enter ${closed}, expected mode 711 at least`;
}

/** Folders that exist on the real way to another one, which itself is left out. */
function foldersAbove(files: Pick<Files, "realPath">, path: string): string[] {
  const above: string[] = [];
  const real = files.realPath(path) ?? path;
  for (let at = dirname(real);; at = dirname(at)) {
    const found = files.realPath(at);
    if (found !== undefined) above.push(found);
    if (at === "/" || at === ".") return above.reverse();
  }
}

/** Who gets which files, and who is told when they cannot be removed. */
export interface HandOver {
  readonly secrets: SecretFiles;
  readonly identity: Identity;
  readonly journal: Pick<Journal, "error">;
  /** Whether the command goes on without this agent, and still needs its files. */
  isLeft(): boolean;
}

/** Does the work while the secret files of a run are there; they are gone when the command ends, however that is. */
export async function withSecretFiles<T>(
  { system, folders }: Pick<Agent, "system" | "folders">,
  { secrets: { folder, files: contents }, identity, journal, isLeft }: HandOver,
  work: () => Promise<T>,
): Promise<T> {
  if (contents.size === 0) return await work();
  try {
    makePassage(system, [folders.run, dirname(folder)], identity);
    system.files.handOver(folder, identity, contents);
    return await work();
  } finally {
    try {
      if (!isLeft()) system.files.remove(folder);
    } catch (error) {
      // How the command ended counts for more; but a secret that stays is not passed over.
      journal.error(`${folder} stays: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Removes what a run that lost its agent left behind; without any it does nothing. */
export function discardSecretFiles(
  { system: { files }, folders }: { readonly system: Pick<System, "files">; readonly folders: Folders },
  owner: SecretOwner,
): void {
  files.remove(secretFolder(folders, owner));
}

/** Makes folders of the agent's own, and those on the way to them that are not there, and lets the user pass. */
function makePassage(
  { files, users }: Pick<System, "files" | "users">,
  folders: readonly [string, string],
  identity: Identity,
): void {
  const [run, inner] = folders;
  const ways: string[] = [inner, run];
  for (let at = dirname(run); files.facts(at) === undefined && at !== dirname(at); at = dirname(at)) {
    ways.push(at);
  }
  files.makeFolder(inner);
  if (identity.uid === users.self.uid) return;
  for (const way of ways) {
    const facts = files.facts(files.realPath(way) ?? way);
    if (facts !== undefined && !mayEnter(identity, facts)) files.setMode(way, facts.mode | PASSAGE);
  }
}
