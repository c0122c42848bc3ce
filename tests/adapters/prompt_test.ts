import { assertEquals } from "@std/assert";

const PROBE = `
import { createPrompt } from "${new URL("../../src/adapters/prompt.ts", import.meta.url).href}";
import { createTerminal } from "${new URL("../../src/adapters/terminal.ts", import.meta.url).href}";
const answer = await createPrompt(createTerminal()).ask("Sure? ", Number(Deno.args[0]), "stdout");
console.log(JSON.stringify(answer));
`;

/** Runs a text for sh in which `agent_ask MS` asks once. */
async function ask(script: string): Promise<string> {
  const module = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(module, PROBE);
    const define = `agent_ask() { "$deno" run --no-lock --no-config --allow-all "$module" "$1"; }`;
    const env = { deno: Deno.execPath(), module };
    const command = new Deno.Command("bash", {
      args: ["-c", `${define}\n${script}`],
      env,
      stdin: "null",
      stderr: "null",
    });
    return new TextDecoder().decode((await command.output()).stdout);
  } finally {
    await Deno.remove(module);
  }
}

const line = (text: string) => `Sure? \n{"kind":"line","text":${JSON.stringify(text)}}\n`;

Deno.test("ask() takes one line of a pipe, and leaves the rest to whoever comes next", async () => {
  assertEquals(
    await ask("printf 'yes\\nrest 1\\nrest 2' | { agent_ask 9000; cat; }"),
    `${line("yes")}rest 1\nrest 2`,
  );
});

Deno.test("ask() gives the line as it was typed", async () => {
  assertEquals(await ask("printf '  a\\\\b  \\n' | agent_ask 9000"), line("  a\\b  "));
});

Deno.test("ask() takes a last line that has no end", async () => {
  assertEquals(await ask("printf yes | agent_ask 9000"), line("yes"));
});

Deno.test("ask() reads a file, and leaves the rest of it", async () => {
  const script = 't=$(mktemp); printf "yes\\nrest\\n" >"$t"; { agent_ask 9000; cat; } <"$t"; rm "$t"';
  assertEquals(await ask(script), `${line("yes")}rest\n`);
});

Deno.test("ask() tells the end of input", async () => {
  assertEquals(await ask("agent_ask 9000 </dev/null"), 'Sure? \n{"kind":"end"}\n');
});

/** Opens, as descriptor 5, a pipe in which nobody writes anything. */
const SILENT_PIPE = 'mkfifo "$module.fifo"; exec 5<>"$module.fifo"; rm "$module.fifo"';

Deno.test("ask() tells silence, after the time it was given", async () => {
  assertEquals(await ask(`${SILENT_PIPE}; agent_ask 200 <&5`), 'Sure? \n{"kind":"silence"}\n');
});

Deno.test("ask() tells an interrupt, and leaves no reader behind", async () => {
  const script = `${SILENT_PIPE}
    "$deno" run --no-lock --no-config --allow-all "$module" 20000 <&5 & agent=$!
    while ! grep -q . "/proc/$agent/task/$agent/children"; do sleep 0.05; done; sleep 0.2
    kill -TERM $agent; wait $agent`;
  assertEquals(await ask(script), 'Sure? \n{"kind":"interrupted"}\n');
});

Deno.test({
  name: "ask() on a terminal needs no line break of its own",
  ignore: (await new Deno.Command("sh", { args: ["-c", "command -v script"] }).output()).code !== 0,
  fn: async () => {
    const inner = '"$deno" run --no-lock --no-config --allow-all "$module" 9000';
    const shown = await ask(`{ sleep 1; echo yes; sleep 1; } | script -qec '${inner}' /dev/null`);
    assertEquals(
      shown.replaceAll("\r", ""),
      'yes\nSure? {"kind":"line","text":"yes"}\n'.replace("yes\nSure? ", "Sure? yes\n"),
    );
  },
});
