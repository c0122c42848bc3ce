import { assertEquals } from "@std/assert";
import { removeDrafts, removeDraftsOf } from "../../src/state/drafts.ts";
import { fakeSystem } from "../fakes/system.ts";

Deno.test("removeDrafts() removes the old drafts of a folder, and nothing else", async () => {
  const system = fakeSystem({
    files: { "/s/a.0badcafe.tmp": "", "/s/b.tmp": "", "/s/c.1234.tmp": "", "/s/d": "" },
  });
  await system.clock.advance(61_000);
  system.files.put("/s/e.deadbeef.tmp", "young");
  removeDrafts(system, "/s");
  removeDrafts(system, "/nowhere");
  assertEquals(system.files.paths.filter((path) => path.startsWith("/s/")), [
    "/s/b.tmp",
    "/s/c.1234.tmp",
    "/s/d",
    "/s/e.deadbeef.tmp",
  ]);
});

Deno.test("removeDraftsOf() leaves the drafts of other files, and does not mind one that stays", async () => {
  const system = fakeSystem({ files: { "/s/a.0badcafe.tmp": "", "/s/ab.0badcafe.tmp": "" } });
  await system.clock.advance(61_000);
  removeDraftsOf(system, "/s/a");
  assertEquals(system.files.list("/s").map(({ name }) => name), ["ab.0badcafe.tmp"]);
  system.files.breakAt("/s", new Error("Read-only file system (os error 30)"));
  removeDraftsOf(system, "/s/ab");
});
