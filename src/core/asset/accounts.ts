/** A user of the host. */
export interface UserFact {
  readonly uid: number;
  readonly username: string;
}

/** A group of the host. */
export interface GroupFact {
  readonly gid: number;
  readonly groupname: string;
}

/** Reads the text of `/etc/passwd`: of each number the first name, which is the one that the host shows. */
export function parseUsers(text: string): UserFact[] {
  return accounts(text).map(([uid, username]) => ({ uid, username }));
}

/** Reads the text of `/etc/group`. */
export function parseGroups(text: string): GroupFact[] {
  return accounts(text).map(([gid, groupname]) => ({ gid, groupname }));
}

/** Both files have name and number in the same columns; lines of NIS (`+`, `-`) and comments are none. */
function accounts(text: string): [id: number, name: string][] {
  const found = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name, , id] = line.split(":");
    if (!name || /^[+\-#]/.test(name) || !/^\d{1,10}$/.test(id ?? "")) continue;
    if (!found.has(Number(id))) found.set(Number(id), name);
  }
  return [...found];
}
