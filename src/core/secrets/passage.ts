/** A folder, as far as entering it goes. */
export interface FolderRights {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Who wants to pass. */
export interface Passer {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Whether a user may pass through a folder, by its permission bits; root may everywhere. */
export function mayEnter({ uid, gid, groups }: Passer, folder: FolderRights): boolean {
  if (uid === 0) return true;
  if (folder.uid === uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === gid || groups.includes(folder.gid)) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
