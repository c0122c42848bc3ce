import type { Keyword } from "../../core/config/keyword.ts";

const ROWS: readonly Omit<Keyword, "section">[] = [
  {
    option: "limit_as",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest address space in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_core",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest size of core files in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_cpu",
    converter: "duration",
    isScopable: true,
    since: "2.1",
    example: "1h",
    text: "The greatest processor time in seconds the command may use, soft and hard.",
  },
  {
    option: "limit_data",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest size of the data segment in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_fsize",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest size of written files in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_memlock",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest locked memory in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_nofile",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "4096",
    text: "The greatest number of open files the command may use, soft and hard.",
  },
  {
    option: "limit_nproc",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "4096",
    text: "The greatest number of processes of the user the command may use, soft and hard.",
  },
  {
    option: "limit_rss",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest resident memory in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_stack",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest size of the stack in bytes the command may use, soft and hard.",
  },
  {
    option: "limit_vmem",
    converter: "size",
    isScopable: true,
    since: "2.1",
    example: "1g",
    text: "The greatest virtual memory in bytes the command may use, soft and hard, as limit_as.",
  },
];

/** The rows of `limit_*` for a section whose commands run on this node. */
export function limitRows(section: string): readonly Keyword[] {
  return ROWS.map((row) => ({ ...row, section }));
}
