import { assertEquals } from "@std/assert";
import {
  coverOf,
  mountOf,
  mountOn,
  mountsBelow,
  parseMountInfo,
  placeIn,
} from "../../../src/core/host/mounts.ts";

const TABLE = [
  "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "30 22 0:25 / /srv/my\\040shop rw,nosuid - tmpfs tmp\\011fs rw,size=1k",
  "31 30 8:2 /sub/folder /srv/my\\040shop/data ro - xfs /dev/sdb1 rw",
  "32 22 0:30 / /mnt rw master:5 propagate_from:2 - nfs4 nas:/export rw",
  "33 22 0:31 / /mnt rw - tmpfs over rw",
  "a line that means nothing",
].join("\n");

Deno.test("parseMountInfo() reads escapes, optional fields, and leaves out what it cannot read", () => {
  const mounts = parseMountInfo(TABLE);
  assertEquals(mounts.length, 5);
  assertEquals(mounts[1], {
    id: "30",
    parent: "22",
    device: "0:25",
    root: "/",
    mountPoint: "/srv/my shop",
    options: ["rw", "nosuid"],
    type: "tmpfs",
    source: "tmp\tfs",
    superOptions: ["rw", "size=1k"],
  });
  assertEquals(mounts[3]?.source, "nas:/export");
  assertEquals(parseMountInfo(""), []);
});

Deno.test("mountOn() gives the topmost one, and nothing for a folder below a mount", () => {
  const mounts = parseMountInfo(TABLE);
  assertEquals(mountOn(mounts, "/mnt")?.source, "over");
  assertEquals(mountOn(mounts, "/mnt/x"), undefined);
});

Deno.test("mountOf() gives the nearest mount above a path, by whole names", () => {
  const mounts = parseMountInfo(TABLE);
  assertEquals(mountOf(mounts, "/srv/my shop/data/x")?.device, "8:2");
  assertEquals(mountOf(mounts, "/srv/my shopping")?.device, "8:1");
  assertEquals(mountOf(mounts, "/")?.device, "8:1");
});

Deno.test("placeIn() follows a path into its file system", () => {
  const mounts = parseMountInfo(TABLE);
  assertEquals(placeIn(mounts[2]!, "/srv/my shop/data/x"), "/sub/folder/x");
  assertEquals(placeIn(mounts[2]!, "/srv/my shop/data"), "/sub/folder");
  assertEquals(placeIn(mounts[0]!, "/etc/x"), "/etc/x");
  assertEquals(placeIn(mounts[0]!, "/"), "/");
});

Deno.test("mountsBelow() names what is mounted further down, once", () => {
  assertEquals(mountsBelow(parseMountInfo(TABLE), "/srv"), ["/srv/my shop", "/srv/my shop/data"]);
  assertEquals(mountsBelow(parseMountInfo(TABLE), "/mnt"), []);
});

Deno.test("coverOf() tells a mount that a later one above hides, and none where it is in the way of nothing", () => {
  const line = (id: number, parent: number, point: string) =>
    `${id} ${parent} 0:${id} / ${point} rw - tmpfs t${id} rw`;
  const cover = (lines: readonly string[], id: string) => {
    const mounts = parseMountInfo(lines.join("\n"));
    return coverOf(mounts, mounts.find((mount) => mount.id === id)!)?.id;
  };
  const root = "22 1 8:1 / / rw - ext4 /dev/sda1 rw";
  const rootfs = "1 0 0:1 / / rw - rootfs none rw";
  assertEquals(cover([root, line(40, 22, "/srv/sub"), line(41, 22, "/srv")], "40"), "41");
  assertEquals(cover([rootfs, root, line(41, 22, "/srv"), line(40, 41, "/srv/sub")], "40"), undefined);
  // Mounted twice on the same folder above: only what is in the upper one is seen.
  assertEquals(
    cover([root, line(41, 22, "/srv"), line(42, 41, "/srv"), line(40, 41, "/srv/sub")], "40"),
    "42",
  );
  assertEquals(
    cover([root, line(41, 22, "/srv"), line(42, 41, "/srv"), line(40, 42, "/srv/sub")], "40"),
    undefined,
  );
  assertEquals(cover([root, line(41, 22, "/sr"), line(40, 22, "/srv/sub")], "40"), undefined);
});
