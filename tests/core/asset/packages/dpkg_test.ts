import { assertEquals } from "@std/assert";
import { listNames, parseDpkgStatus } from "../../../../src/core/asset/packages/dpkg.ts";

const STATUS = `Package: adduser
Status: install ok installed
Architecture: all
Version: 3.134
Description: add users
 Version: 9 of a text that goes on

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0

Package: held
Status: hold ok installed
Architecture: amd64
Version: 2:1.0-1

Package: half
Status: install ok half-installed
Version: 1
`;

Deno.test("parseDpkgStatus() lists what is installed, held back or not", () => {
  assertEquals(parseDpkgStatus(STATUS), [
    { name: "adduser", version: "3.134", arch: "all" },
    { name: "held", version: "2:1.0-1", arch: "amd64" },
  ]);
  assertEquals(parseDpkgStatus(""), []);
});

Deno.test("listNames() knows both names of a list", () => {
  assertEquals(listNames({ name: "libc6", version: "2", arch: "amd64" }), ["libc6.list", "libc6:amd64.list"]);
});
