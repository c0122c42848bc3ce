import { assertEquals } from "@std/assert";
import { parseOsRelease } from "../../../src/core/asset/os_release.ts";

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n';

const cases = [
  ["Debian keeps its point release apart", DEBIAN, "12.4\n", { vendor: "debian", release: "12.4" }],
  ["a testing release has no point", DEBIAN, "trixie/sid\n", { vendor: "debian", release: "12" }],
  ["only Debian's counts", 'ID="rocky"\nVERSION_ID="9.4"\n', "12.4", { vendor: "rocky", release: "9.4" }],
  ["single quotes and backslashes", "ID='my os'\nVERSION_ID=a\\$b\n", "", {
    vendor: "my os",
    release: "a$b",
  }],
  ["a rolling one has no release", "ID=arch\n# VERSION_ID=1\n", "", { vendor: "arch", release: "" }],
  ["nothing", "", "", { vendor: "", release: "" }],
] as const;

for (const [edge, text, debianVersion, expected] of cases) {
  Deno.test(`parseOsRelease(): ${edge}`, () => assertEquals(parseOsRelease(text, debianVersion), expected));
}
