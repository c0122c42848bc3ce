import { assertEquals } from "@std/assert";
import { parseOsVendor } from "../../../src/core/asset/os_release.ts";

const cases = [
  ["bare", 'PRETTY_NAME="Debian GNU/Linux 12"\nVERSION_ID="12"\nID=debian\n', "debian"],
  ["quoted", 'ID="rocky"\nID_LIKE="rhel"\n', "rocky"],
  ["single quotes keep a backslash", "ID='my \\os'\n", "my \\os"],
  ["a backslash", "ID=a\\$b\n", "a$b"],
  ["a comment and another key", "# ID=x\nBUILD_ID=1\n", ""],
  ["nothing", "", ""],
] as const;

for (const [edge, text, expected] of cases) {
  Deno.test(`parseOsVendor(): ${edge}`, () => assertEquals(parseOsVendor(text), expected));
}
