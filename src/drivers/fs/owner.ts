import type { Configuration } from "../../core/config/configuration.ts";
import type { DriverPorts, StatusMessage } from "../driver.ts";

/** Whose a folder is to be; what is undefined does not matter. */
export interface OwnerWish {
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly perm: number | undefined;
}

/** Reads `user`, `group` and `perm`. Throws `ConfigValueError`. */
export function readOwner(configuration: Configuration, rid: string): OwnerWish {
  return {
    user: configuration.string(rid, "user") || undefined,
    group: configuration.string(rid, "group") || undefined,
    perm: configuration.octal(rid, "perm"),
  };
}

/** What differs from the wish, in words. */
export function ownerProblems(
  ports: Pick<DriverPorts, "files" | "users">,
  path: string,
  wish: OwnerWish,
): StatusMessage[] {
  const facts = ports.files.facts(path);
  if (facts === undefined) return [];
  const { uid, gid } = idsOf(ports, wish);
  const texts = [
    ...(uid !== undefined && uid !== facts.uid
      ? [`its user is ${facts.uid}, expected ${wish.user} (${uid})`]
      : []),
    ...(gid !== undefined && gid !== facts.gid
      ? [`its group is ${facts.gid}, expected ${wish.group} (${gid})`]
      : []),
    ...(wish.perm !== undefined && wish.perm !== facts.mode
      ? [`its mode is ${octal(facts.mode)}, expected ${octal(wish.perm)}`]
      : []),
  ];
  return texts.map((text) => ({ level: "warn", text }));
}

/** Makes the folder's owner and mode what is wished; throws when there is no such user or group. */
export function mendOwner(
  { files, users, journal }: Pick<DriverPorts, "files" | "users" | "journal">,
  path: string,
  wish: OwnerWish,
): void {
  const facts = files.facts(path);
  if (facts === undefined) return;
  const { uid = facts.uid, gid = facts.gid } = idsOf({ users }, wish);
  if (uid !== facts.uid || gid !== facts.gid) {
    files.setOwner(path, { uid, gid });
    journal.info(`set owner of ${path} to ${uid}:${gid}`);
  }
  // A change of the owner takes set-id bits away.
  const mode = files.facts(path)?.mode;
  if (wish.perm === undefined || wish.perm === mode) return;
  files.setMode(path, wish.perm);
  journal.info(`set mode of ${path} to ${octal(wish.perm)}`);
}

function idsOf({ users }: Pick<DriverPorts, "users">, { user, group }: OwnerWish) {
  const found = user === undefined ? undefined : users.findUser(user);
  if (user !== undefined && found === undefined) throw new Error(`Cannot find user "${user}": there is none`);
  const ofGroup = group === undefined ? undefined : users.findGroup(group);
  if (group !== undefined && ofGroup === undefined) {
    throw new Error(`Cannot find group "${group}": there is none`);
  }
  return { uid: found?.uid, gid: ofGroup?.gid };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}
