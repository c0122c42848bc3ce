import { assertEquals } from "@std/assert";
import { packageFact } from "../../../../src/core/asset/packages/package.ts";

Deno.test("packageFact() cuts what the collector could not keep", () => {
  const long = "x".repeat(200);
  const found = {
    name: long,
    version: long,
    arch: "powerpc64le",
    type: "deb",
    sig: long,
    installedAt: 0.9,
  } as const;
  const { name, version, arch, sig, installed_at } = packageFact(found);
  assertEquals([name.length, version.length, arch, sig.length], [100, 64, "powerpc6", 100]);
  assertEquals(installed_at, "1970-01-01T00:00:00Z");
});
