import { assertEquals } from "@std/assert";
import { LineSplitter, MAX_LINE } from "../../../src/core/process/lines.ts";
import { Mask } from "../../../src/core/secrets/mask.ts";

const ENCODER = new TextEncoder();

function split(...chunks: (string | Uint8Array)[]): string[] {
  const splitter = new LineSplitter();
  const lines = chunks.flatMap((chunk) =>
    splitter.push(typeof chunk === "string" ? ENCODER.encode(chunk) : chunk)
  );
  return [...lines, ...splitter.finish()];
}

const cases: [edge: string, chunks: (string | Uint8Array)[], lines: string[]][] = [
  ["nothing gives nothing", [], []],
  ["an end of line closes a line", ["a\nb\n"], ["a", "b"]],
  ["an open last line is given at the end", ["a\nb"], ["a", "b"]],
  ["empty lines are kept", ["a\n\n\nb\n"], ["a", "", "", "b"]],
  ["a line may come in pieces", ["a", "b", "c\nd"], ["abc", "d"]],
  ["CR LF is one end", ["a\r\nb\r\n"], ["a", "b"]],
  ["CR LF may be cut in the middle", ["a\r", "\nb\r", "\n"], ["a", "b"]],
  ["a progress bar gives its states", ["10%\r20%\r", "\r30%\n"], ["10%", "20%", "30%"]],
  ["a character may be cut in the middle", [Uint8Array.of(0xc3), Uint8Array.of(0xa9, 0x0a)], ["é"]],
  ["invalid UTF-8 is replaced", [Uint8Array.of(0x61, 0xff, 0x62, 0x0a)], ["a\ufffdb"]],
  ["a character cut at the end is replaced", [Uint8Array.of(0x61, 0xc3)], ["a\ufffd"]],
];

for (const [edge, chunks, lines] of cases) {
  Deno.test(`LineSplitter: ${edge}`, () => assertEquals(split(...chunks), lines));
}

Deno.test("LineSplitter cuts a line without end at the limit, before its end comes", () => {
  const splitter = new LineSplitter();
  const lines = splitter.push(ENCODER.encode("x".repeat(2 * MAX_LINE + 5)));
  assertEquals(lines.map((line) => line.length), [MAX_LINE, MAX_LINE]);
  assertEquals([...splitter.push(ENCODER.encode("y\n")), ...splitter.finish()], ["xxxxxy"]);
});

Deno.test("LineSplitter never cuts a character in two", () => {
  const text = `${"x".repeat(MAX_LINE - 1)}😀z`;
  const lines = split(`${text}\n`);
  assertEquals(lines, ["x".repeat(MAX_LINE - 1), "😀z"]);
});

Deno.test("LineSplitter gives a line of exactly the limit once", () => {
  assertEquals(split(`${"x".repeat(MAX_LINE)}\n`).map((line) => line.length), [MAX_LINE]);
});

/** Around the place where a long line is cut, a secret at every distance from it, in chunks of every size. */
Deno.test("a secret is never cut in two, wherever the pieces of a long line and the chunks end", () => {
  const secret = "hunter2-secret";
  const mask = new Mask();
  mask.add(secret);
  for (let before = MAX_LINE - secret.length - 1; before <= MAX_LINE + 1; before++) {
    for (const chunk of [1, 5, 4096]) {
      const splitter = new LineSplitter(mask);
      const start = "x".repeat(before - 20);
      const end = `${"y".repeat(20)}${secret}${"z".repeat(40)}`;
      const lines = splitter.push(ENCODER.encode(start));
      for (let at = 0; at < end.length; at += chunk) {
        lines.push(...splitter.push(ENCODER.encode(end.slice(at, at + chunk))));
      }
      lines.push(...splitter.finish());
      assertEquals(lines.length, 2, `${before} ${chunk}`);
      assertEquals(lines.join("") === start + end, true, `${before} ${chunk}`);
      assertEquals(lines.filter((line) => line.includes(secret)).length, 1, `${before} ${chunk}`);
    }
  }
});

Deno.test("a line of nothing but secrets still comes in pieces, without a limit of memory but its own", () => {
  const mask = new Mask();
  mask.add("aaaa");
  const splitter = new LineSplitter(mask);
  const lines = [...splitter.push(ENCODER.encode("a".repeat(3 * MAX_LINE))), ...splitter.finish()];
  assertEquals(lines.map((line) => mask.apply(line)).join("").replaceAll("xxxx", "").length < 4, true);
  assertEquals(lines.join("").length, 3 * MAX_LINE);
});
