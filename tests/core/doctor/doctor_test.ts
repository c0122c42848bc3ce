import { assertEquals } from "@std/assert";
import { atMost, count, error, warn } from "../../../src/core/doctor/finding.ts";
import { mountOf, parseMounts } from "../../../src/core/doctor/mounts.ts";
import { judgeInodes, judgeRoom, parseDf } from "../../../src/core/doctor/room.ts";
import { parseSudoVersion } from "../../../src/core/doctor/sudo_version.ts";

const MIB = 1024;
const GIB = 1024 * MIB;

const rooms: [edge: string, size: number, free: number, status: string][] = [
  ["half of it", 20 * GIB, 10 * GIB, "ok"],
  ["little of a small one", 200 * MIB, 150 * MIB, "ok"],
  ["less than 100 MiB", 200 * MIB, 99 * MIB, "warn"],
  ["less than a twentieth", 80 * GIB, 3 * GIB, "warn"],
  ["less than a twentieth of very much", 1000 * GIB, 40 * GIB, "ok"],
  ["less than a hundredth", 80 * GIB, 0.7 * GIB, "error"],
  ["less than 10 MiB", 100 * MIB, 9 * MIB, "error"],
];

for (const [edge, size, free, status] of rooms) {
  Deno.test(`judgeRoom() of ${edge} is ${status}`, () => {
    const finding = judgeRoom({ size, free, mount: "/var" }, "var");
    assertEquals([finding?.status, finding?.check], [status, "room /var"]);
    assertEquals(finding?.advice === "", status === "ok");
  });
}

Deno.test("judgeRoom() says nothing of a file system that does not tell its size", () => {
  assertEquals(judgeRoom({ size: 0, free: 0, mount: "/proc" }, "var"), undefined);
});

Deno.test("judgeInodes() counts shares, and says nothing where none are counted", () => {
  const statusOf = (free: number, size = 1000) => judgeInodes({ size, free, mount: "/" }, "var")?.status;
  assertEquals([statusOf(500), statusOf(49), statusOf(9), statusOf(0, 0)], [
    "ok",
    "warn",
    "error",
    undefined,
  ]);
});

Deno.test("parseDf() reads what GNU and BusyBox print, blanks in names included", () => {
  const text = [
    "Filesystem     1024-blocks     Used Available Capacity Mounted on",
    "/dev/vda1         20480000 10240000  10000000      51% /",
    "my share:/x           1000      400       600      40% /mnt/my share",
    "overlay                  0        0         0        - /var/lib",
    "df: /nowhere: No such file or directory",
    "",
  ].join("\n");
  assertEquals(parseDf(text), [
    { size: 20480000, free: 10000000, mount: "/" },
    { size: 1000, free: 600, mount: "/mnt/my share" },
    { size: 0, free: 0, mount: "/var/lib" },
  ]);
});

Deno.test("mountOf() finds the deepest mount above a path, and of two the later one", () => {
  const mounts = parseMounts([
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
    "22 21 0:20 / /var rw - tmpfs tmpfs rw",
    "23 21 0:21 / /mnt/a\\040b rw master:2 shared:3 - nfs4 host:/x rw",
    "24 21 0:22 / /var rw - xfs /dev/vdb rw",
    "nothing",
  ].join("\n"));
  const typeOf = (path: string) => mountOf(path, mounts)?.type;
  assertEquals([typeOf("/etc"), typeOf("/var/lib"), typeOf("/variable"), typeOf("/mnt/a b/c")], [
    "ext4",
    "xfs",
    "ext4",
    "nfs4",
  ]);
  assertEquals(mountOf("/x", []), undefined);
});

const versions: [output: string, text: string | undefined, isOld?: boolean][] = [
  ["Sudo version 1.9.13p3\nSudoers policy plugin version 1.9.13p3\n", "1.9.13p3", true],
  ["Sudo version 1.9.17\n", "1.9.17", true],
  ["Sudo version 1.9.17p1\n", "1.9.17p1", false],
  ["Sudo version 1.9.18\n", "1.9.18", false],
  ["Sudo version 1.10\n", "1.10", false],
  ["Sudo version 2.0\n", "2.0", false],
  ["sudo-rs 0.2.5\n", undefined],
];

for (const [output, text, isOld] of versions) {
  Deno.test(`parseSudoVersion() of ${JSON.stringify(output)}`, () => {
    assertEquals(parseSudoVersion(output), text === undefined ? undefined : { text, isOld: isOld! });
  });
}

Deno.test("atMost() keeps some rows, counts the others, and does not hide an error among them", () => {
  const rows = [warn("a", "1", "x"), warn("b", "2", "y"), error("c", "3", "z")];
  assertEquals(atMost(3, "more", rows), rows);
  const [, last] = atMost(1, "more", rows, "y");
  assertEquals(last, { check: "more", status: "error", found: "and 2 more like these", advice: "y" });
  assertEquals([count(1, "service"), count(0, "service")], ["1 service", "0 services"]);
});
