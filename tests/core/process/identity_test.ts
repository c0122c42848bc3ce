import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  resolveIdentity,
  type UserDatabase,
  type WantedIdentity,
} from "../../../src/core/process/identity.ts";

const PEOPLE = [
  { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/bash" },
  { name: "admin", uid: 1001, gid: 1001, home: "/home/admin", shell: "/bin/sh" },
  { name: "second", uid: 1001, gid: 1002, home: "/home/second", shell: "/bin/sh" },
  { name: "all", uid: 4_294_967_295, gid: 1, home: "/", shell: "/bin/sh" },
  { name: "0day", uid: 1009, gid: 1009, home: "/", shell: "/bin/sh" },
];
const GROUPS = [{ name: "admin", gid: 1001 }, { name: "dba", gid: 2001 }, { name: "ops", gid: 2002 }];

function database(uid = 0): UserDatabase {
  return {
    self: { uid, gid: uid },
    findUser: (key) => PEOPLE.find((user) => user.name === key || String(user.uid) === key),
    findGroup: (key) => GROUPS.find((group) => group.name === key || String(group.gid) === key),
    groupsOf: (user) => [user.gid, 2002],
  };
}

function resolve(wanted: WantedIdentity, uid?: number) {
  const outcome = resolveIdentity(wanted, database(uid));
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.identity;
}

Deno.test("resolveIdentity() gives uid, primary group and supplementary groups of a user", () => {
  const expected = { ...PEOPLE[1]!, groups: [1001, 2002], isMainName: true };
  assertEquals(resolve({ user: "admin" }), expected);
  assertEquals(resolve({ user: "1001" }), expected);
});

Deno.test("resolveIdentity() tells a second name of one uid", () => {
  assertEquals(resolve({ user: "second" }).isMainName, false);
});

Deno.test("resolveIdentity() lets the group replace the primary one, and keeps all others", () => {
  const { gid, groups, chosenGroup } = resolve({ user: "admin", group: "dba" });
  assertEquals({ gid, groups }, { gid: 2001, groups: [2001, 1001, 2002] });
  assertEquals(chosenGroup, { name: "dba", all: ["dba", "admin", "ops"] });
});

Deno.test("resolveIdentity() takes a group by number", () => {
  assertEquals(resolve({ user: "admin", group: "2001" }).chosenGroup?.name, "dba");
});

Deno.test("resolveIdentity() without a user is the agent's own, with its groups as they are", () => {
  assertEquals(resolve({}), { ...PEOPLE[0]!, groups: [], isMainName: true });
});

Deno.test("resolveIdentity() needs no passwd entry for the agent's own uid", () => {
  const expected = {
    name: "7777",
    uid: 7777,
    gid: 7777,
    home: "/",
    shell: "/bin/sh",
    groups: [],
    isMainName: true,
  };
  assertEquals(resolve({}, 7777), expected);
  assertEquals(resolve({ user: "7777" }, 7777), expected);
});

const refused: [edge: string, wanted: WantedIdentity, reason: string][] = [
  ["unknown user", { user: "ghost" }, 'Cannot find user "ghost": it is not in the passwd database'],
  [
    "unknown group",
    { user: "admin", group: "ghosts" },
    'Cannot find group "ghosts": it is not in the group database',
  ],
  ["number without entry", { user: "4242" }, 'Cannot find user "4242": it is not in the passwd database'],
  ["gid without entry", { user: "admin", group: "4242" }, 'Cannot find group "4242"'],
  ["-1", { user: "-1" }, 'Cannot find user "-1": the number is no valid id'],
  ["-1 as unsigned", { user: "4294967295" }, 'Cannot find user "4294967295": the number is no valid id'],
  ["wraps to root", { user: "4294967296" }, "the number is no valid id"],
  ["signed", { user: "+0" }, "the number is no valid id"],
  ["leading zeros", { user: "00" }, "the number is no valid id"],
  ["empty", { user: "" }, 'Cannot find user "": it is empty'],
  ["blank", { group: "  " }, 'Cannot find group "": it is empty'],
  ["digits first, even if it exists", { user: "0day" }, 'Cannot find user "0day": it is no valid name'],
  ["sudo's number form", { user: "#0" }, 'Cannot find user "#0": it is no valid name'],
  ["looks like an option", { user: "--help" }, "it is no valid name"],
  ["line break", { user: "admin\nroot" }, "it is no valid name"],
  ["a record with the id that means nothing", { user: "all" }, "its id is 4294967295"],
];

for (const [edge, wanted, reason] of refused) {
  Deno.test(`resolveIdentity() refuses ${JSON.stringify(wanted)}: ${edge}`, () => {
    const outcome = resolveIdentity(wanted, database());
    assertEquals(outcome.kind, "refused");
    assertStringIncludes(outcome.kind === "refused" ? outcome.reason : "", reason);
  });
}
