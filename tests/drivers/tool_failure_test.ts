import { assertEquals } from "@std/assert";
import { whyFailed } from "../../src/drivers/tool_failure.ts";

for (
  const [stderr, expected] of [
    [
      "mount: /mnt: wrong fs type, bad option.\n       dmesg(1) may have more information after failed mount system call.\n",
      "mount: /mnt: wrong fs type, bad option.",
    ],
    ["one\ntwo\n", "two"],
    ["\n", "exit code 32"],
  ] as const
) {
  Deno.test(`whyFailed() gives "${expected}"`, () => {
    assertEquals(whyFailed({ code: 32, stdout: "", stderr }), expected);
  });
}
