import { assertEquals } from "@std/assert";
import { Journal } from "../../../src/actions/journal.ts";
import { OutputLog } from "../../../src/actions/run/output.ts";
import { OutputReader, readOffsets } from "../../../src/actions/run/supervision/read_output.ts";
import { fakeSystem } from "../../fakes/system.ts";

const FOLDER = "/var/lib/agent/svc/svc1/task#0/runs/s1";

/** A run whose output files a test writes, and the agent that reads them; `next` is the one after it. */
function runOf(outputMax = 1_000) {
  const system = fakeSystem({ files: { [`${FOLDER}/out`]: "", [`${FOLDER}/err`]: "" } });
  const kept: string[] = [];
  const log = { write: ({ message }: { readonly message: string }) => void kept.push(message) };
  const next = () => {
    const offsets = readOffsets(system.files, FOLDER);
    const alreadyLogged = Math.min(offsets.stdout + offsets.stderr, outputMax);
    const journal = new Journal(system.clock, {}, [{ log, level: "INFO" }]);
    const options = { rid: "task#0", isLogged: true, outputMax, alreadyLogged };
    const output = new OutputLog(system.terminal, journal, options);
    return {
      output,
      reader: new OutputReader({ files: system.files, folder: FOLDER, offsets, outputMax }, output),
    };
  };
  const write = (name: string, text: string) => system.files.append(`${FOLDER}/${name}`, text);
  return { system, kept, next, write };
}

Deno.test("OutputReader goes on where the agent before it was, and reads an unfinished line again", () => {
  const { kept, next, write } = runOf();
  const first = next();
  write("out", "one\ntwo\nthr");
  write("err", "oops\n");
  assertEquals([first.reader.read(), first.reader.read()], [16, 0]);
  assertEquals(kept, ["| one", "| two", "| oops"]);
  const second = next();
  write("out", "ee\n");
  second.reader.read();
  second.output.finish();
  assertEquals(kept, ["| one", "| two", "| oops", "| three"]);
});

Deno.test("OutputReader passes over the middle of a long output, and gives its room back", () => {
  const { system, kept, next, write } = runOf(1_000);
  const { output, reader } = next();
  write("out", `${"0123456789".repeat(99)}\n`);
  while (reader.read() > 0);
  write("out", `${"x".repeat(9_000_000)}\nthe end\n`);
  while (reader.read() > 0);
  output.finish();
  assertEquals(system.files.released.length, 1);
  assertEquals(kept.at(-1), "| the end");
  assertEquals(kept.some((line) => /^\d{7} bytes of output are left out here/.test(line)), true);
});

Deno.test("OutputReader finds what a supervisor without an agent has cut", () => {
  const { system, kept, next, write } = runOf(40);
  system.files.put(`${FOLDER}/out.head`, "head 1\nhead 2\nhead 3\nhead 4\nhead 5\nhead 6\n");
  system.files.put(`${FOLDER}/out.tail`, "tail 1\ntail 2\n");
  write("out", "now 1\n");
  const { output, reader } = next();
  while (reader.read() > 0);
  write("out", "now 2\n");
  while (reader.read() > 0);
  output.finish();
  assertEquals(kept[0], "| head 1");
  assertEquals(kept.slice(-2), ["| now 1", "| now 2"]);
});

Deno.test("OutputReader starts again in a file that was cut meanwhile", () => {
  const { system, kept, next, write } = runOf();
  const { output, reader } = next();
  write("out", "before the cut\n");
  reader.read();
  system.files.put(`${FOLDER}/out`, "after\n");
  reader.read();
  output.finish();
  assertEquals(kept, ["| before the cut", "| after"]);
});

Deno.test("readOffsets() takes nothing from what it cannot read", () => {
  for (const text of ["", "x y", "12", "-5 3"]) {
    const system = fakeSystem({ files: { [`${FOLDER}/read`]: text } });
    const { stdout, stderr } = readOffsets(system.files, FOLDER);
    assertEquals([stdout, stderr], [text === "12" ? 12 : 0, text === "-5 3" ? 3 : 0], text);
  }
});
