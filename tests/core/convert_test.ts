import { assertEquals, assertThrows } from "@std/assert";
import {
  toBoolean,
  toCommaWords,
  toInteger,
  toNames,
  toOctal,
  toShellWords,
  toSize,
  toTristate,
  toWords,
} from "../../src/core/convert.ts";

type Convert = (text: string) => unknown;

const good: [convert: Convert, text: string, expected: unknown][] = [
  ...["yes", "Y", "true", "T", "1", " true "].map((text) =>
    [toBoolean, text, true] as [Convert, string, unknown]
  ),
  ...["no", "N", "False", "f", "0", "0.0", "", "none", "[]", "{}"].map((text) =>
    [toBoolean, text, false] as [Convert, string, unknown]
  ),
  [toTristate, "", undefined],
  [toTristate, "None", undefined],
  [toTristate, "yes", true],
  [toTristate, "no", false],
  [toInteger, "-3", -3],
  [toInteger, " 42 ", 42],
  [toOctal, "022", 0o22],
  [toOctal, "0o27", 0o27],
  [toOctal, "000", 0],
  [toOctal, "777", 0o777],
  [toSize, "0", 0],
  [toSize, "10", 10],
  [toSize, "10k", 10240],
  [toSize, "10 KB", 10240],
  [toSize, "10KiB", 10240],
  [toSize, "1,5m", 1572864],
  [toSize, "2g", 2147483648],
  [toSize, "1t", 1024 ** 4],
  [toSize, "10b", 10],
  [toWords, "  a\tb\nc ", ["a", "b", "c"]],
  [toWords, "", []],
  [toCommaWords, "a, b,,c ", ["a", "b", "c"]],
  [toShellWords, 'a \'b c\' "d\\" e" f\\ g', ["a", "b c", 'd" e', "f g"]],
  [toShellWords, "", []],
];

for (const [convert, text, expected] of good) {
  Deno.test(`${convert.name}() reads ${JSON.stringify(text)}`, () => assertEquals(convert(text), expected));
}

const bad: [convert: Convert, text: string][] = [
  [toBoolean, "on"],
  [toBoolean, "2"],
  [toTristate, "maybe"],
  [toInteger, ""],
  [toInteger, "1.7"],
  [toInteger, "1e3"],
  [toInteger, "0x10"],
  [toInteger, "99999999999999999999"],
  [toOctal, "8"],
  [toOctal, ""],
  [toOctal, "1000"],
  [toOctal, "-1"],
  [toSize, ""],
  [toSize, "-1"],
  [toSize, "k"],
  [toSize, "10q"],
  [toSize, "1.2.3k"],
  [toSize, "99999z"],
  [toShellWords, "a 'b"],
];

for (const [convert, text] of bad) {
  Deno.test(`${convert.name}() refuses ${JSON.stringify(text)}`, () => {
    const error = assertThrows(() => convert(text), SyntaxError);
    assertEquals(/^Cannot (read|split) .*: expected /s.test(error.message), true, error.message);
  });
}

Deno.test("toInteger() refuses what is below the least", () => {
  assertEquals(toInteger("1", 1), 1);
  assertThrows(() => toInteger("0", 1), SyntaxError, "expected at least 1");
});

Deno.test("toNames() sorts names, keeps each once, and refuses what may not be one", () => {
  assertEquals(toNames(" b a\n b _x.-9 "), ["_x.-9", "a", "b"]);
  assertEquals([toNames(""), toNames("..")], [[], [".."]]);
  for (const text of ["a/b", "a,b", "é", "a".repeat(101), "a $b"]) {
    assertThrows(() => toNames(text), SyntaxError, "expected at most 100 letters");
  }
});
