/**
 * The user database of the host.
 *
 * @module
 */
import type { Group, Processes, User, Users } from "../ports.ts";
import { ifPresent } from "./paths.ts";

/** Makes the user database; other sources than the files (LDAP, …) are asked through `getent` where it is. */
export function createUsers(processes: Pick<Processes, "output">): Users {
  const lookup = <T>(
    database: string,
    key: string,
    read: (line: string) => T | undefined,
    matches: (found: T) => boolean,
  ) =>
    find(ifPresent(() => Deno.readTextFileSync(`/etc/${database}`)) ?? "", read, matches) ??
      find(processes.output(["getent", "--", database, key]).stdout, read, matches);
  const findGroup = (key: string) => lookup("group", key, parseGroup, isGroup(key));
  return {
    get self() {
      return { uid: Deno.uid() ?? -1, gid: Deno.gid() ?? -1 };
    },
    findUser: (key) => lookup("passwd", key, parseUser, isUser(key)),
    findGroup,
    groupsOf: (user) => groupsOf(user, processes),
  };
}

function find<T>(
  text: string,
  read: (line: string) => T | undefined,
  matches: (found: T) => boolean,
): T | undefined {
  for (const line of text.split("\n")) {
    const found = read(line);
    if (found !== undefined && matches(found)) return found;
  }
  return undefined;
}

/** A key of digits only is a number, as for `chown` when no such name exists; names of digits are not supported. */
function isUser(key: string): (user: User) => boolean {
  return isNumber(key) ? (user) => user.uid === Number(key) : (user) => user.name === key;
}

function isGroup(key: string): (group: Group) => boolean {
  return isNumber(key) ? (group) => group.gid === Number(key) : (group) => group.name === key;
}

function isNumber(key: string): boolean {
  return /^[0-9]+$/.test(key);
}

/** Reads a line of the passwd database; undefined when it is not one. */
export function parseUser(line: string): User | undefined {
  const [name, , uid, gid, , home, shell] = line.split(":");
  if (!name || shell === undefined || !isNumber(uid ?? "") || !isNumber(gid ?? "")) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home || "/", shell: shell || "/bin/sh" };
}

/** Reads a line of the group database; undefined when it is not one. */
export function parseGroup(line: string): Group | undefined {
  const [name, , gid, members] = line.split(":");
  if (!name || members === undefined || !isNumber(gid ?? "")) return undefined;
  return { name, gid: Number(gid) };
}

/** `id` asks the C library, and so every source that the host knows; without it, only the file is read. */
function groupsOf(user: User, processes: Pick<Processes, "output">): readonly number[] {
  const { code, stdout } = processes.output(["id", "-G", "--", user.name]);
  if (code === 0) return stdout.trim().split(/\s+/).map(Number);
  return [...new Set([user.gid, ...groupsInFile(user.name)])];
}

function groupsInFile(name: string): readonly number[] {
  const lines = (ifPresent(() => Deno.readTextFileSync("/etc/group")) ?? "").split("\n");
  const memberships = lines.filter((line) => (line.split(":")[3] ?? "").split(",").includes(name));
  return memberships.flatMap((line) => parseGroup(line)?.gid ?? []);
}
