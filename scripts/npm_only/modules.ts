/**
 * Names every module that we use from elsewhere, with what we use of it: `scripts/deno` asks with this file whether
 * they can be had, and type-checking it proves that both maps offer the same.
 *
 * @module
 */
export {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
export { parseArgs } from "@std/cli/parse-args";
export { parse as parseIni } from "@std/ini";
export { basename, dirname, join, normalize, relative, resolve } from "@std/path";
export { Cron } from "croner";
export { default as fastCheck } from "fast-check";
export { split } from "shlex";
