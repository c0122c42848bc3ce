import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { ResourceView } from "../../../src/drivers/driver.ts";
import { FS_DIRECTORY } from "../../../src/drivers/fs/directory.ts";
import { runAgent } from "../../fakes/run_agent.ts";
import { fakeSystem } from "../../fakes/system.ts";

const CONFIG =
  "[DEFAULT]\nnodes = *\n[fs#1]\ntype = directory\npath = /srv/shop/data\nuser = admin\nperm = 750\n";

Deno.test("fs.directory is made with its owner and mode, warns when they differ, and is mended", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  const status = async () => {
    const before = system.stdout.text.length;
    await runAgent(["svc1", "print", "status", "--format", "json"], system);
    const { status, log } = JSON.parse(system.stdout.text.slice(before))[0].resources["fs#1"];
    return [status, ...log];
  };
  assertEquals(await status(), ["down"]);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(await status(), ["up"]);
  const { uid, mode } = system.files.facts("/srv/shop/data")!;
  assertEquals([uid, mode], [1000, 0o750]);

  system.files.change("/srv/shop/data", { mode: 0o777, uid: 0 });
  assertEquals(await status(), [
    "warn",
    "warn: its user is 0, expected admin (1000)",
    "warn: its mode is 777, expected 750",
  ]);
  assertEquals(await runAgent(["svc1", "start"], system), 0);
  assertEquals(await status(), ["up"]);
});

Deno.test("fs.directory refuses a file in its place, and an owner that does not exist", async () => {
  const system = fakeSystem({ config: { svc1: CONFIG }, files: { "/srv/shop/data": "" } });
  assertEquals(await runAgent(["svc1", "start"], system), 1);
  assertStringIncludes(system.stderr.text, 'Cannot make the folder "/srv/shop/data": a file is there');
  const other = fakeSystem({ config: { svc1: CONFIG.replace("admin", "nosuch") } });
  assertEquals(await runAgent(["svc1", "start"], other), 1);
  assertStringIncludes(other.stderr.text, 'Cannot find user "nosuch"');
});

Deno.test("the fingerprint of fs.directory follows a link, and changes with what it leads to", () => {
  const system = fakeSystem({ config: { svc1: CONFIG } });
  const view = { configuration: { string: () => "/srv/link" }, rid: "fs#1" } as unknown as ResourceView;
  const look = () => FS_DIRECTORY.fingerprint!(system, view);
  system.files.link("/srv/link", "/srv/real");
  const before = look();
  system.files.put("/srv/real/x", "");
  const there = look();
  assertNotEquals(there, before);
  system.files.change("/srv/real", { mode: 0o700 });
  assertNotEquals(look(), there);
});
