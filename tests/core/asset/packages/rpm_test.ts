import { assertEquals } from "@std/assert";
import { packageFact } from "../../../../src/core/asset/packages/package.ts";
import { parseRpm } from "../../../../src/core/asset/packages/rpm.ts";

const OUTPUT =
  "bash\t5.1.8-9.el9\tx86_64\t1772445600\tRSA/SHA256, Mon 02 Mar 2026, Key ID 702d426d350d275d\n" +
  "gpg-pubkey\t350d275d-6279464b\t(none)\t1772445600\t\nlocal\t1-1\tnoarch\t1772445601\t\n" +
  "warning: something\n";

Deno.test("parseRpm() lists packages with the key of their signature, and no keys", () => {
  assertEquals(parseRpm(OUTPUT).map(packageFact), [
    {
      name: "bash",
      version: "5.1.8-9.el9",
      arch: "x86_64",
      type: "rpm",
      sig: "702d426d350d275d",
      installed_at: "2026-03-02T10:00:00Z",
    },
    {
      name: "local",
      version: "1-1",
      arch: "noarch",
      type: "rpm",
      sig: "",
      installed_at: "2026-03-02T10:00:01Z",
    },
  ]);
});
