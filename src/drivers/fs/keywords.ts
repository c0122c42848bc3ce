import type { Keyword } from "../../core/config/keyword.ts";

/** Whose the folder is; shared by directories and mount points. */
function ownerKeywords(section: string, what: string): Keyword[] {
  return [
    {
      option: "user",
      section,
      converter: "string",
      isScopable: true,
      inheritance: "leaf",
      since: "2.1",
      example: "admin",
      text: `The owner of ${what}, by name or uid; set by start when it is another one.`,
    },
    {
      option: "group",
      section,
      converter: "string",
      isScopable: true,
      inheritance: "leaf",
      since: "2.1",
      example: "backup",
      text: `The group of ${what}, by name or gid; set by start when it is another one.`,
    },
    {
      option: "perm",
      section,
      converter: "octal",
      isScopable: true,
      inheritance: "leaf",
      since: "2.1",
      example: "750",
      text: `The mode of ${what}; set by start when it is another one.`,
    },
  ];
}

/** Keywords of file system resources. */
export const FS_KEYWORDS: readonly Keyword[] = [
  {
    option: "type",
    section: "fs",
    converter: "string",
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "ext4",
    text:
      "The driver of the resource: the type of a file system to mount (bind, btrfs, cifs, exfat, ext2, ext3, ext4, f2fs, gfs2, iso9660, jfs, nfs, nfs4, ocfs2, overlay, squashfs, tmpfs, vfat, xfs), directory, or flag.",
  },
  {
    option: "type",
    section: "fs.flag",
    converter: "string",
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "flag",
    text: "With flag the resource is a file that start makes, and stop or a reboot removes.",
  },
  {
    option: "path",
    section: "fs.directory",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "/srv/shop/data",
    text: "The absolute path of the folder; start makes it, with its parents, when it is not there.",
  },
  ...ownerKeywords("fs.directory", "the folder"),
  {
    option: "dev",
    section: "fs.mount",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "/dev/vg1/shop",
    text:
      "What is mounted: a device or a file, UUID=… or LABEL=…, host:/path, //host/share, a folder (bind), or any word (tmpfs, overlay).",
  },
  {
    option: "mnt",
    section: "fs.mount",
    converter: "string",
    isScopable: true,
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "/srv/shop",
    text: "The absolute path of the mount point; start makes the folder when it is not there.",
  },
  {
    option: "mnt_opt",
    section: "fs.mount",
    converter: "string",
    isScopable: true,
    inheritance: "leaf",
    since: "2.1",
    example: "noatime,nosuid",
    text: "The options of mount, separated by commas.",
  },
  ...ownerKeywords("fs.mount", "the mounted folder"),
];
