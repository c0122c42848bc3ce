import { assertEquals } from "@std/assert";
import { parseGroups, parseUsers } from "../../../src/core/asset/accounts.ts";

Deno.test("parseUsers() takes the first name of a number, and no line of NIS", () => {
  const text =
    "root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n+::::::\n#a:x:5:\nbad:x:minus:1\nop:x:1000:1000::/:\n\n";
  assertEquals(parseUsers(text), [{ uid: 0, username: "root" }, { uid: 1000, username: "op" }]);
});

Deno.test("parseGroups() reads names and numbers", () => {
  assertEquals(parseGroups("root:x:0:\nadm:x:4:op,root\n"), [
    { gid: 0, groupname: "root" },
    { gid: 4, groupname: "adm" },
  ]);
});
