import { assertEquals } from "@std/assert";
import { createProcesses } from "../../src/adapters/processes.ts";
import { createUsers, parseGroup, parseUser } from "../../src/adapters/users.ts";

Deno.test("parseUser() reads a line, with the defaults of the system for empty fields", () => {
  const line = "admin:x:1001:1002:A, B:/home/admin:/bin/bash";
  const admin = { name: "admin", uid: 1001, gid: 1002, home: "/home/admin", shell: "/bin/bash" };
  assertEquals(parseUser(line), admin);
  assertEquals(parseUser("admin:x:1001:1002:::"), { ...admin, home: "/", shell: "/bin/sh" });
});

for (
  const line of [
    "",
    "# comment",
    "+::::::",
    "a:x:-1:0::/:/bin/sh",
    "a:x:1:b::/:/bin/sh",
    "a:x:1:1",
    ":x:1:1::/:/bin/sh",
  ]
) {
  Deno.test(`parseUser() finds no user in "${line}"`, () => assertEquals(parseUser(line), undefined));
}

Deno.test("parseGroup() reads a line", () => {
  assertEquals(parseGroup("dba:x:2001:a,b"), { name: "dba", gid: 2001 });
  assertEquals(parseGroup("dba:x:x:a,b"), undefined);
});

const users = createUsers(createProcesses());

Deno.test("findUser() and findGroup() find by name and by number", () => {
  assertEquals(users.findUser("root")?.uid, 0);
  assertEquals(users.findUser("0")?.name, "root");
  assertEquals(users.findGroup("root")?.gid, 0);
  assertEquals(users.findGroup("0")?.name, "root");
});

for (const key of ["no-such-user", "0day", "-1", "", "--help", "root:x", "4294967295", "#0"]) {
  Deno.test(`findUser() and findGroup() find nothing for "${key}"`, () => {
    assertEquals([users.findUser(key), users.findGroup(key)], [undefined, undefined]);
  });
}

Deno.test("groupsOf() asks for all groups, and reads the file where there is no other way", () => {
  const root = users.findUser("root")!;
  assertEquals(users.groupsOf(root).includes(0), true);
  const mute = createUsers({ output: () => ({ code: 127, stdout: "" }) });
  assertEquals(mute.groupsOf(root).includes(0), true);
});

Deno.test("self is who the process is", () =>
  assertEquals(users.self, { uid: Deno.uid()!, gid: Deno.gid()! }));
