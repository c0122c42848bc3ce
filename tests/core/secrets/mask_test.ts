import { assert, assertEquals } from "@std/assert";
import { Mask } from "../../../src/core/secrets/mask.ts";

const cases: readonly { what: string; secrets: string[]; text: string; shown: string }[] = [
  {
    what: "a secret",
    secrets: ["hunter2"],
    text: "user=a password=hunter2;",
    shown: "user=a password=xxxx;",
  },
  { what: "every occurrence", secrets: ["hunter2"], text: "hunter2hunter2 hunter2", shown: "xxxxxxxx xxxx" },
  { what: "nothing without a secret", secrets: [], text: "hunter2", shown: "hunter2" },
  { what: "four characters and more only", secrets: ["abc", "abcd"], text: "abc abcd", shown: "abc xxxx" },
  { what: "the longer of two", secrets: ["pass", "password"], text: "password pass", shown: "xxxx xxxx" },
  { what: "two that overlap as one", secrets: ["abcdef", "defghi"], text: "<abcdefghi>", shown: "<xxxx>" },
  { what: "one that overlaps itself", secrets: ["abab"], text: "<ababab>", shown: "<xxxx>" },
  {
    what: "each line of a secret",
    secrets: ["first line\r\n  second\n}\n"],
    text: "second}",
    shown: "xxxx}",
  },
  { what: "no pattern", secrets: ["a.b*"], text: "a.b* axbb", shown: "xxxx axbb" },
  { what: "characters beyond ASCII", secrets: ["pässwörd"], text: "«pässwörd»", shown: "«xxxx»" },
];

for (const { what, secrets, text, shown } of cases) {
  Deno.test(`Mask hides ${what}`, () => {
    const mask = new Mask();
    for (const secret of secrets) mask.add(secret);
    assertEquals(mask.apply(text), shown);
  });
}

Deno.test("Mask never cuts a secret in two, and always gets on", () => {
  const mask = new Mask();
  assertEquals([mask.reach, mask.cutAt("hunter2", 3)], [0, 3]);
  mask.add("hunter2");
  assertEquals(mask.reach, 6);
  assertEquals(mask.cutAt("a hunter2 b", 4), 2, "before it");
  assertEquals(mask.cutAt("a hunter2 b", 2), 2, "at its begin");
  assertEquals(mask.cutAt("a hunter2 b", 9), 9, "at its end");
  assertEquals(mask.cutAt("hunter2 b", 4), 7, "after it, when it is the first");
  for (let at = 1; at < 20; at++) assert(mask.cutAt("hunter2hunter2hunter2", at) > 0);
});
