/**
 * Who a command runs as. Any doubt refuses the run: there is no fallback.
 *
 * @module
 */

/** An entry of the passwd database. */
export interface UserRecord {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** What is asked of the user database. */
export interface UserDatabase {
  readonly self: { readonly uid: number; readonly gid: number };
  findUser(nameOrUid: string): UserRecord | undefined;
  findGroup(nameOrGid: string): { readonly name: string; readonly gid: number } | undefined;
  groupsOf(user: UserRecord): readonly number[];
}

/** What the keywords `user` and `group` say. */
export interface WantedIdentity {
  readonly user?: string | undefined;
  readonly group?: string | undefined;
}

/** The user and the groups that a command gets. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups; empty when they stay the agent's own. To find them may start a program: asked when needed. */
  readonly groups: readonly number[];
  readonly name: string;
  readonly home: string;
  readonly shell: string;
  /** The group that replaces the primary one, and the names of all groups; only when `group` was asked for. */
  readonly chosenGroup?: { readonly name: string; readonly all: readonly string[] };
  /** Whether the passwd database gives this very name for the uid: not so for a second name of one uid. */
  readonly isMainName: boolean;
}

export type IdentityOutcome =
  | { readonly kind: "resolved"; readonly identity: Identity }
  | { readonly kind: "refused"; readonly reason: string };

/** The highest id that is one: 4294967295 is −1, which means "no change" to the kernel. */
const MAX_ID = 4_294_967_294;
const NUMBER_REGEXP = /^[+-]?[0-9]+$/;
const NAME_REGEXP = /^[\p{L}_][^\s:/\p{Cc}]*$/u;

class Refusal extends Error {}

/** Finds out who `user` and `group` mean; without `user`, the agent's own user. The reason of a refusal is a sentence. */
export function resolveIdentity(wanted: WantedIdentity, users: UserDatabase): IdentityOutcome {
  try {
    const user = resolveUser(wanted.user, users);
    return { kind: "resolved", identity: withGroup(user, wanted.group, users) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "refused", reason: error.message };
  }
}

function resolveUser(text: string | undefined, users: UserDatabase): UserRecord {
  const own = users.self;
  const key = text === undefined ? String(own.uid) : checkedKey("user", text);
  const found = users.findUser(key);
  if (found) return checkedId("user", key, found.uid, found);
  if (key !== String(own.uid)) throw unknown("user", key, "the passwd database");
  return { name: key, uid: own.uid, gid: own.gid, home: "/", shell: "/bin/sh" };
}

function withGroup(user: UserRecord, group: string | undefined, users: UserDatabase): Identity {
  const isOwn = user.uid === users.self.uid;
  const base = { ...user, isMainName: isOwn || users.findUser(String(user.uid))?.name === user.name };
  if (group === undefined) {
    return isOwn ? { ...base, gid: users.self.gid, groups: [] } : lazily(base, () => users.groupsOf(user));
  }
  const { name, gid } = resolveGroup(group, users);
  // The passwd primary group stays in the set, with every wrapper.
  const groups = [...new Set([gid, user.gid, ...users.groupsOf(user)])];
  const all = groups.map((id) => users.findGroup(String(id))?.name ?? String(id));
  return { ...base, gid, groups, chosenGroup: { name, all } };
}

/** Most runs never ask: the wrapper finds the groups by itself. */
function lazily(base: Omit<Identity, "groups">, find: () => readonly number[]): Identity {
  let groups: readonly number[] | undefined;
  return {
    ...base,
    get groups() {
      return groups ??= find();
    },
  };
}

function resolveGroup(text: string, users: UserDatabase): { readonly name: string; readonly gid: number } {
  const key = checkedKey("group", text);
  const found = users.findGroup(key);
  if (found) return checkedId("group", key, found.gid, found);
  throw unknown("group", key, "the group database");
}

/** Keys that some tool on the way would read as something else (`#0`, `-1`, `0day`, `+10`) are refused unseen. */
function checkedKey(what: "user" | "group", text: string): string {
  const key = text.trim();
  const expected = `expected a name, or an id from 0 to ${MAX_ID}`;
  if (key === "") throw new Refusal(`Cannot find ${what} "": it is empty, ${expected}`);
  if (NUMBER_REGEXP.test(key) ? isId(key) : NAME_REGEXP.test(key)) return key;
  const state = NUMBER_REGEXP.test(key) ? "the number is no valid id" : "it is no valid name";
  throw new Refusal(`Cannot find ${what} "${key}": ${state}, ${expected}`);
}

function isId(text: string): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(text) && Number(text) <= MAX_ID;
}

function checkedId<T>(what: string, key: string, id: number, found: T): T {
  if (Number.isInteger(id) && id >= 0 && id <= MAX_ID) return found;
  throw new Refusal(`Cannot use ${what} "${key}": its id is ${id}, expected one from 0 to ${MAX_ID}`);
}

function unknown(what: string, key: string, database: string): Refusal {
  return new Refusal(`Cannot find ${what} "${key}": it is not in ${database}, expected one that exists`);
}
