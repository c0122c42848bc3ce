/** Types of file systems that are mounted. */
const TYPES = [
  "bind",
  "btrfs",
  "cifs",
  "exfat",
  "ext2",
  "ext3",
  "ext4",
  "f2fs",
  "gfs2",
  "iso9660",
  "jfs",
  "nfs",
  "nfs4",
  "ocfs2",
  "overlay",
  "squashfs",
  "tmpfs",
  "vfat",
  "xfs",
] as const;

/** One driver for each of them, with the keywords of `fs.mount`. */
export const FS_FAMILIES: Readonly<Record<string, string>> = Object.fromEntries(
  TYPES.map((type) => [`fs.${type}`, "fs.mount"]),
);
