/**
 * The scripts are tried in the shells that are there; bash is everywhere that we test.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { completionScript, type Shell } from "../../src/cli/completion.ts";
import { SAMPLE } from "./sample.ts";

const LS = "agent() { [ \"$1 $2 $3\" = 'ls --format csv' ] && printf 'path\\r\\nsvc1\\r\\nweb,x\\r\\n'; }\n";

/** Asks bash what may follow; the last word is the one being typed. */
async function complete(line: string): Promise<string[]> {
  const words = line.split(" ");
  const ask =
    `${LS}COMP_WORDS=(agent ${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length}\n` +
    `_agent_complete\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
  const output = await new Deno.Command("bash", {
    args: ["--norc", "-c", completionScript("bash", SAMPLE) + ask],
    env: { PATH: "/usr/bin:/bin", IFS: " \t\n" },
  }).output();
  assertEquals(new TextDecoder().decode(output.stderr), "");
  return new TextDecoder().decode(output.stdout).trim().split("\n").filter((word) => word !== "");
}

const cases: readonly (readonly [line: string, words: readonly string[]])[] = [
  ["", ["ls", "daemon", "schedule", "completion", "svc1", "web"]],
  ["da", ["daemon"]],
  ["daemon ", ["start", "status"]],
  ["svc1 pr", ["print"]],
  ["svc1 print ", ["schedule", "status"]],
  ["svc1 print_", []],
  ["svc1 schedule ", ["list"]],
  ["schedule ", ["next"]],
  ["svc1 run --r", ["--rid", "--root"]],
  ["svc1 --rid task#0 print s", ["schedule", "status"]],
  ["svc1 ls --format j", ["json", "jsonl"]],
  ["svc1 ls --format = j", ["json", "jsonl"]],
  ["svc1 ls --format =", ["table", "json", "jsonl", "csv"]],
  ["svc1 ls --format = json --q", ["--quiet"]],
  ["completion ", ["bash", "zsh"]],
  ["--qu", ["--quiet"]],
  ["svc1 run -- ", []],
];

for (const [line, words] of cases) {
  Deno.test(`bash completes "agent ${line}" to ${words.join(" ") || "nothing"}`, async () => {
    assertEquals(await complete(line), [...words]);
  });
}

const SYNTAX: Readonly<Record<Shell, readonly string[]>> = {
  bash: ["bash", "-n"],
  zsh: ["zsh", "-n"],
  fish: ["fish", "--no-execute"],
};

for (const [shell, [program, flag]] of Object.entries(SYNTAX)) {
  const isThere = (Deno.env.get("PATH") ?? "").split(":").some((folder) => exists(`${folder}/${program}`));
  Deno.test({
    name: `the completion script for ${shell} is well formed${
      isThere ? "" : ` (left out: no ${shell} here)`
    }`,
    ignore: !isThere,
    async fn() {
      const file = await Deno.makeTempFile();
      try {
        await Deno.writeTextFile(file, completionScript(shell as Shell, SAMPLE));
        const { success } = await new Deno.Command(program!, { args: [flag!, file] }).output();
        assert(success);
      } finally {
        await Deno.remove(file);
      }
    },
  });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
