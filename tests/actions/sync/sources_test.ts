import { assertEquals } from "@std/assert";
import { expandSources } from "../../../src/actions/sync/sources.ts";
import { fakeSystem } from "../../fakes/system.ts";

Deno.test("expandSources() expands patterns as a shell does, and leaves plain paths alone", () => {
  const { files } = fakeSystem({
    files: { "/srv/b.conf": "", "/srv/a.conf": "", "/srv/.c.conf": "", "/srv/x/data": "", "/srv/y/data": "" },
  });
  const table = [
    ["/srv/*.conf", ["/srv/a.conf", "/srv/b.conf"]],
    ["/srv/.*.conf", ["/srv/.c.conf"]],
    ["/srv/*/data", ["/srv/x/data", "/srv/y/data"]],
    ["/srv/[xy]/", ["/srv/x/", "/srv/y/"]],
    ["/srv/*.conf/", []],
    ["/srv/*/none", []],
    ["/not/there", ["/not/there"]],
  ] as const;
  for (const [pattern, expected] of table) {
    assertEquals(expandSources(files, [pattern]), [...expected], pattern);
  }
});
