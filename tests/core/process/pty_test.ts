import { assertEquals } from "@std/assert";
import {
  chooseHolder,
  guarded,
  type PtyPrograms,
  terminalOf,
  underScript,
} from "../../../src/core/process/pty.ts";

const SCRIPT = "/usr/bin/script";
type Kind = Parameters<typeof chooseHolder>[0];
type Maker = Parameters<PtyPrograms["makesPty"]>[0];

function holder(kind: Kind, hasScript: boolean, ...makers: Maker[]): string | undefined {
  const script = hasScript ? SCRIPT : undefined;
  return chooseHolder(kind, { script, guard: undefined, makesPty: (maker) => makers.includes(maker) })?.kind;
}

const rows: [kind: Kind, hasScript: boolean, makers: Maker[], holder: string | undefined][] = [
  ["none", true, [], "script"],
  ["none", false, ["runuser", "su", "sudo"], "none"],
  ["setpriv", true, ["runuser"], "script"],
  ["setpriv", false, ["runuser", "su", "sudo"], undefined],
  ["runuser", true, ["runuser"], "wrapper"],
  ["runuser", true, [], "script"],
  ["runuser", false, ["runuser"], "wrapper"],
  ["runuser", false, ["su"], undefined],
  ["su", true, ["su"], "wrapper"],
  ["su", true, [], "script"],
  ["su", false, [], undefined],
  ["sudo", true, ["sudo"], "script"],
  ["sudo", false, ["sudo"], "wrapper"],
  ["sudo", false, [], undefined],
];

for (const [kind, hasScript, makers, expected] of rows) {
  const host = `${hasScript ? "script" : "no script"}, ${makers.join(" and ") || "nobody"} making one`;
  Deno.test(`chooseHolder() for ${kind} with ${host}: ${expected ?? "refused"}`, () => {
    assertEquals(holder(kind, hasScript, ...makers), expected);
  });
}

Deno.test("chooseHolder() asks nothing that it need not know: sudo would run a command", () => {
  const asked: string[] = [];
  const makesPty = (maker: Maker) => asked.push(maker) > 0;
  const programs = { script: SCRIPT, guard: undefined, makesPty };
  for (const kind of ["none", "setpriv", "sudo"] as const) chooseHolder(kind, programs);
  assertEquals(asked, []);
});

Deno.test("underScript() quotes every word, and gives the terminal to its owner first", () => {
  assertEquals(underScript(SCRIPT, ["/bin/x", "it's", ""]), [
    SCRIPT,
    "-qec",
    "exec '/bin/x' 'it'\\''s' ''",
    "/dev/null",
  ]);
  const [, , text] = underScript(SCRIPT, ["/bin/x"], 1001);
  assertEquals(text, "chown 1001 /proc/self/fd/0 2>/dev/null; exec '/bin/x'");
});

Deno.test("guarded() hands on words and the exit code", async () => {
  const argv = guarded("/usr/bin/setpriv", ["printf", "<%s>", "a b", "*", ""]);
  assertEquals(argv.filter((word) => word === "--pdeathsig").length, 2);
  // Without the program itself, its words in front of a command are left out.
  const shell = argv.slice(argv.indexOf("/bin/sh"));
  const run = async (...words: string[]) => {
    const inner = shell.slice(0, shell.indexOf("/usr/bin/setpriv"));
    const [program, ...args] = [...inner, ...words];
    const { code, stdout } = await new Deno.Command(program!, { args }).output();
    return [code, new TextDecoder().decode(stdout)];
  };
  assertEquals(await run("printf", "<%s>", "a b", "*", ""), [0, "<a b><*><>"]);
  assertEquals(await run("sh", "-c", "exit 9"), [9, ""]);
});

const stats: [line: string, terminal: number][] = [
  ["77 (sh) S 1 77 77 34817 77 4194560 101", 34817],
  ["77 (a) b (c) S 1 77 77 34818 77", 34818],
  ["77 (sh) S 1 77 77 0 -1", 0],
  ["", 0],
  ["no such thing", 0],
];
for (const [line, terminal] of stats) {
  Deno.test(`terminalOf("${line}") is ${terminal}`, () => assertEquals(terminalOf(line), terminal));
}
