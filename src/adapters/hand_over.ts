/**
 * Private files for one user.
 *
 * @module
 */
import type { Bytes, Owner } from "../ports.ts";

/** Makes the folder; nobody else can reach into it while its files are written, and they never have a wider mode. */
export function handOver(folder: string, owner: Owner, contents: ReadonlyMap<string, Bytes>): void {
  try {
    Deno.mkdirSync(folder, { mode: 0o700 });
    Deno.chmodSync(folder, 0o700);
    for (const [name, bytes] of contents) writeFor(owner, `${folder}/${name}`, bytes);
    setRights(folder, 0o700, owner);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot make the private folder "${folder}": ${reason}`, { cause });
  }
}

function writeFor(owner: Owner, path: string, bytes: Bytes): void {
  Deno.writeFileSync(path, bytes, { createNew: true, mode: 0o400 });
  setRights(path, 0o400, owner);
}

/** The process's umask must not decide; the owner comes last, because then the agent may have no more rights. */
function setRights(path: string, mode: number, { uid, gid }: Owner): void {
  Deno.chmodSync(path, mode);
  const { uid: ownUid, gid: ownGid } = Deno.lstatSync(path);
  if (ownUid !== uid || ownGid !== gid) Deno.chownSync(path, uid, gid);
}
