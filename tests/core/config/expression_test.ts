import { assertEquals } from "@std/assert";
import { evaluateExpression, replaceExpressions } from "../../../src/core/config/expression.ts";

const computed: [text: string, expected: string][] = [
  ["1", "1"],
  ["1 + 2 * 3", "7"],
  ["(1 + 2) * 3", "9"],
  ["-2 ** 2", "-4"],
  ["2 ** -1", "0.5"],
  ["2 ** 3 ** 2", "512"],
  ["7 // 2", "3"],
  ["-7 // 2", "-4"],
  ["-7 % 3", "2"],
  ["1/2", "0.5"],
  ["6 & 3", "2"],
  ["6 | 1", "7"],
  ["6 ^ 3", "5"],
  ["1 < 2", "true"],
  ["'a' == \"a\"", "true"],
  ["a != b", "true"],
  ["n1 in (n1, n2)", "true"],
  ["'b' in 'abc'", "true"],
  ["n3 in (n1, n2,)", "false"],
  ["1 == 1 and not 2 == 3", "true"],
  ["1 == 2 or 3 > 2", "true"],
  ["not 1", "false"],
];

for (const [text, expected] of computed) {
  Deno.test(`evaluateExpression() computes ${text}`, () => assertEquals(evaluateExpression(text), expected));
}

const foreign = [
  "",
  "date",
  "date +%F",
  "date -u",
  "id -u",
  "ls -1",
  "cat /etc/hostname",
  "true",
  "'text'",
  "a + b",
  "$x + 1",
  "1 +",
  "(1",
  "1 2",
  "1 / 0",
  "10 ** 400",
  "a < 1",
  "1 in 2",
  "(1, 2)",
  "1.5 & 1",
  "1.2.3",
  "n1.acme == n1",
  "constructor.constructor('x')()",
  "1".repeat(2000),
];

for (const text of foreign) {
  Deno.test(`evaluateExpression() leaves "${text.slice(0, 40)}" to the shell`, () => {
    assertEquals(evaluateExpression(text), undefined);
  });
}

const replaced: [edge: string, text: string, expected: string][] = [
  ["several in one value", "$(1+1) and $(2*2)", "2 and 4"],
  ["only what is arithmetic", "$(1+1) $(date) $(3)", "2 $(date) 3"],
  ["nested parentheses", "$((1+2)*3)", "9"],
  ["parentheses in quotes", "$(')' == ')')", "true"],
  ["what is inside of a foreign one", "$(echo $(1+1))", "$(echo 2)"],
  ["nothing without an end", "$(1+1", "$(1+1"],
  ["nothing with an open quote", "$(echo ' )", "$(echo ' )"],
  ["nothing else", "$x (1+1) ${y}", "$x (1+1) ${y}"],
];

for (const [edge, text, expected] of replaced) {
  Deno.test(`replaceExpressions() takes ${edge}`, () => assertEquals(replaceExpressions(text), expected));
}

Deno.test("replaceExpressions() needs no time that grows with the square of a long text", () => {
  const text = "$(".repeat(100_000);
  const started = performance.now();
  assertEquals(replaceExpressions(text), text);
  assertEquals(performance.now() - started < 2000, true);
});
