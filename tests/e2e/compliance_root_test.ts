/** Whom modules must belong to, and whose rights they have. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Box, e2eTest, needs } from "./box.ts";

const leftOut = needs({ root: true });
const MODULE = '#!/bin/sh\necho "uid $(id -u), session $(($(cut -d" " -f6 /proc/$$/stat) == $$))"\n';

function module(box: Box, entry: string): string {
  const folder = join(box.root, "var/compliance");
  Deno.mkdirSync(folder, { recursive: true });
  const file = join(folder, entry);
  Deno.writeTextFileSync(file, MODULE);
  Deno.chmodSync(file, 0o755);
  return file;
}

const { chownSync: chown, chmodSync: chmod, linkSync: link, symlinkSync: symlink } = Deno;
const { removeSync: remove, renameSync: rename } = Deno;

e2eTest("a module of root runs as root, in a session of its own", async (box) => {
  module(box, "10-who");
  box.config("shop", "[DEFAULT]\nnodes = *\n");
  const { code, stdout } = await box.agent(["shop", "compliance", "check", "--module", "who"]);
  assertEquals(code, 0, stdout);
  assertStringIncludes(stdout, "uid 0, session 1\n");
}, { leftOut });

e2eTest("a module that somebody else could have written is not called", async (box) => {
  box.config("shop", "[DEFAULT]\nnodes = *\n");
  const file = module(box, "10-who");
  const check = async () => (await box.agent(["shop", "compliance", "check", "--module", "who"])).stdout;
  chown(file, 65534, 0);
  assertStringIncludes(await check(), "belongs to uid 65534, expected uid 0");
  chown(file, 0, 65534);
  assertStringIncludes(await check(), "it belongs to group 65534, expected one of 0, 2, 3, 4");
  chown(file, 0, 4);
  assertStringIncludes(await check(), "STATUS:   ok");
  chmod(file, 0o757);
  assertStringIncludes(await check(), "may be written by others (mode 757)");
  chmod(file, 0o755);
  chmod(join(box.root, "var/compliance"), 0o777);
  assertStringIncludes(await check(), "var/compliance may be written by others (mode 777)");
  chmod(join(box.root, "var/compliance"), 0o755);
  link(file, join(box.path, "other"));
  assertStringIncludes(await check(), "has 2 names (hard links), expected one");
  remove(file);
  rename(join(box.path, "other"), join(box.path, "real"));
  symlink(join(box.path, "real"), file);
  assertStringIncludes(await check(), "STATUS:   ok");
  chown(join(box.path, "real"), 65534, 0);
  assertStringIncludes(await check(), "belongs to uid 65534");
}, { leftOut });
