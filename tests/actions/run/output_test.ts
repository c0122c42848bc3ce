import { assertEquals } from "@std/assert";
import { Journal } from "../../../src/actions/journal.ts";
import { OutputLog } from "../../../src/actions/run/output.ts";
import type { Log, Stream } from "../../../src/ports.ts";
import { fakeSystem } from "../../fakes/system.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** An output log with a console and a file, both of which are lists. */
function outputOf(options: { outputMax: number; alreadyLogged?: number; isLogged?: boolean }) {
  const system = fakeSystem();
  const [shown, kept]: [string[], string[]] = [[], []];
  const listLog = (list: string[]): Log => ({
    write: ({ level, message }) => void list.push(`${level} ${message}`),
  });
  const journal = new Journal(system.clock, {}, [
    { log: listLog(shown), level: "INFO", isConsole: true },
    { log: listLog(kept), level: "INFO" },
  ]);
  const output = new OutputLog(system.terminal, journal, { rid: "task#0", isLogged: true, ...options });
  const add = (stream: Stream, text: string) => output.add(stream, bytes(text));
  return { system, output, add, shown, kept };
}

Deno.test("OutputLog writes lines as they come, stderr as warnings, and the rest in the end", () => {
  const { add, output, kept, shown } = outputOf({ outputMax: 1_000 });
  add("stdout", "one\ntw");
  add("stderr", "oops\n");
  assertEquals(kept, ["INFO | one", "WARNING | oops"]);
  add("stdout", "o\nthree");
  output.finish();
  assertEquals(kept, ["INFO | one", "WARNING | oops", "INFO | two", "INFO | three"]);
  assertEquals(shown, kept);
});

Deno.test("OutputLog keeps the beginning and the end of a long output, and tells what is left out", () => {
  const { add, output, kept, shown } = outputOf({ outputMax: 1_000 });
  const lines = Array.from({ length: 1_000 }, (_, i) => `line ${String(i).padStart(4, "0")}\n`);
  for (const line of lines) add("stdout", line);
  assertEquals(output.isFull, true);
  assertEquals(kept.length, 100);
  output.finish();
  assertEquals(kept.at(-1), "INFO | line 0999");
  const marker = kept.findIndex((line) => line.includes("left out"));
  assertEquals(marker, 100);
  const tail = kept.slice(marker + 1);
  // The first line of the end may have lost its beginning, and is dropped.
  const first = Number(tail[0]?.slice(-4));
  assertEquals(tail.length, 1_000 - first);
  const leftOut = Number(/(\d+) bytes/.exec(kept[marker] ?? "")?.[1]);
  assertEquals(leftOut > 7_000 && leftOut <= 8_000, true, `${leftOut}`);
  // Who looks on sees all of it, and each line once.
  assertEquals(shown, lines.map((line) => `INFO | ${line.trimEnd()}`));
});

Deno.test("OutputLog leaves nothing out of an output that fits twice", () => {
  const { add, output, kept } = outputOf({ outputMax: 50 });
  for (let i = 0; i < 9; i++) add(i % 2 === 0 ? "stdout" : "stderr", `line ${i} ..\n`);
  output.finish();
  assertEquals(kept.map((line) => line.slice(-4)).length, 9);
  assertEquals(kept.some((line) => line.includes("left out")), false);
});

Deno.test("OutputLog cuts at the end of a line when it can, and a line without end where it must", () => {
  const { add, output, kept } = outputOf({ outputMax: 10 });
  add("stdout", "0123456789abc\nnext\n");
  assertEquals(kept, ["INFO | 0123456789abc"]);
  output.finish();
  assertEquals(kept.at(-1), "INFO | next");
  const endless = outputOf({ outputMax: 10 });
  endless.add("stdout", "x".repeat(100));
  endless.output.finish();
  assertEquals(endless.kept, [
    `INFO | ${"x".repeat(10)}`,
    "INFO 80 bytes of output are left out here (output_max)",
    `INFO | ${"x".repeat(10)}`,
  ]);
});

Deno.test("OutputLog goes on from where another agent was, and counts what nobody read", () => {
  const { add, output, kept } = outputOf({ outputMax: 100, alreadyLogged: 100 });
  assertEquals(output.isFull, true);
  output.skip(5_000);
  add("stdout", "cut\nlast\n");
  output.finish();
  assertEquals(kept, ["INFO 5000 bytes of output are left out here (output_max)", "INFO | last"]);
});

Deno.test("OutputLog lets everything through when nothing is to be kept", () => {
  const { system, add, output, kept } = outputOf({ outputMax: 10, isLogged: false });
  add("stderr", "raw \x1b[1m bytes without end");
  output.finish();
  assertEquals([kept, system.stderr.text], [[], "raw \x1b[1m bytes without end"]);
});
