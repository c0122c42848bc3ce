import { assertEquals, assertThrows } from "@std/assert";
import { parseFileWord, parseObjectWord } from "../../../src/core/secrets/words.ts";

const readable: readonly (readonly [word: string, name: string | undefined, object: string, key: string])[] =
  [
    ["PASSWORD=db/password", "PASSWORD", "db", "password"],
    ["A=db/admin/pass=word", "A", "db", "admin/pass=word"],
    ["lower_1=my-db.prod/k", "lower_1", "my-db.prod", "k"],
    ["db/*", undefined, "db", "*"],
    ["db/a=b", undefined, "db", "a=b"],
    ["db/PG[A-Z]?", undefined, "db", "PG[A-Z]?"],
    // A name stands for one key, whatever letters that has.
    ["A=db/*", "A", "db", "*"],
  ];

for (const [word, name, object, key] of readable) {
  Deno.test(`parseObjectWord() reads ${word}`, () => {
    assertEquals(parseObjectWord(word), name === undefined ? { object, key } : { name, object, key });
  });
}

const unreadable: readonly (readonly [word: string, problem: string])[] = [
  ["", "expected NAME=object/key or object/glob"],
  ["A=db", "expected NAME=object/key"],
  ["A=db/", "expected NAME=object/key"],
  ["db", "expected NAME=object/key"],
  ["A=/key", "is no name of an object"],
  ["A=d_b/key", "is no name of an object"],
  ["A=b=c/d", "is no name of an object"],
  ["=db/key", "no valid name"],
  ["1A=db/key", "no valid name"],
  ["LD_PRELOAD=db/key", "changes what programs execute"],
  ["OPENSVC_RID=db/key", "the agent sets it"],
  ["db/[z-a]", "out of order"],
];

for (const [word, problem] of unreadable) {
  Deno.test(`parseObjectWord() refuses ${word || "nothing"}`, () => {
    assertThrows(() => parseObjectWord(word), SyntaxError, problem);
  });
}

Deno.test("parseObjectWord() takes the rest for the key: an object of another namespace cannot be named", () => {
  assertEquals(parseObjectWord("A=other/sec/db"), { name: "A", object: "other", key: "sec/db" });
});

Deno.test("parseObjectWord() does not show what may be the secret itself", () => {
  const error = assertThrows(() => parseObjectWord("PASSWORD=hunter2"), SyntaxError);
  assertEquals(error.message.includes("hunter2"), false);
});

Deno.test("parseFileWord() wants a name", () => {
  assertEquals(parseFileWord("F=db/key"), { name: "F", object: "db", key: "key" });
  assertThrows(() => parseFileWord("db/key"), SyntaxError, "expected NAME=object/key");
});
