import { assertEquals } from "@std/assert";
import { quote } from "../../../src/core/process/quote.ts";

const words = [
  "",
  "a b",
  "it's",
  "''",
  "'",
  "\\",
  "\\'",
  "$HOME",
  "$(id)",
  "`id`",
  "*",
  "~",
  "!",
  "#x",
  "-n",
];
words.push('"', "a\nb", "\n", "a\tb", "é", "{x,y}", ";", "&&", "\\\n", "a'b'c'", "%", "\u0001");

for (const shell of [["/bin/sh"], ["/bin/bash"], ["/bin/busybox", "sh"]] as const) {
  const isMissing = !isFile(shell[0]);
  Deno.test({
    name: `quote() makes one word of any text, for ${shell.join(" ")}${isMissing ? " (left out)" : ""}`,
    ignore: isMissing,
    fn: () => {
      const line = `printf '<%s>\\n' ${words.map(quote).join(" ")}`;
      const [program, ...args] = shell;
      const { stdout } = new Deno.Command(program, { args: [...args, "-c", line], stdin: "null" })
        .outputSync();
      assertEquals(new TextDecoder().decode(stdout), words.map((word) => `<${word}>\n`).join(""));
    },
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
