import type { Keyword } from "../../core/config/keyword.ts";

/** Keywords of file system resources. */
export const FS_KEYWORDS: readonly Keyword[] = [
  {
    option: "type",
    section: "fs.flag",
    converter: "string",
    isRequired: true,
    inheritance: "leaf",
    since: "2.1",
    example: "flag",
    text:
      "The driver of the resource: flag is a file on a volatile file system that start makes and stop removes.",
  },
];
