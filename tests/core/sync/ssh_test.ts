import { assertEquals } from "@std/assert";
import { remoteArgv, rsyncShellText } from "../../../src/core/sync/ssh.ts";

Deno.test("remoteArgv() puts the operator's options first, so that they win, and no name can be an option", () => {
  const argv = remoteArgv({ options: ["-o", "ConnectTimeout=3"], user: "root", node: "n2", text: "true" });
  assertEquals(argv.slice(0, 3), ["ssh", "-o", "ConnectTimeout=3"]);
  assertEquals(argv.includes("BatchMode=yes"), true);
  assertEquals(argv.slice(-3), ["--", "root@n2", "true"]);
});

/** How rsync splits the text of `-e`. */
function split(text: string): string[] {
  const words: string[] = [];
  for (let i = 0; i < text.length;) {
    if (text[i] === " ") {
      i++;
      continue;
    }
    let [word, quote] = ["", ""];
    for (; i < text.length && (text[i] !== " " || quote !== ""); i++) {
      const char = text[i]!;
      if (char !== "'" && char !== '"') word += char;
      else if (quote === "") quote = char;
      else if (char !== quote) word += char;
      else if (text[i + 1] === quote) word += text[++i]!;
      else quote = "";
    }
    words.push(word);
  }
  return words;
}

Deno.test("rsyncShellText() is split by rsync into the words that it was made of", () => {
  const words = ["ssh", "-F", "/etc/my ssh", "it's", 'say "hi"', "-o", "A=b"];
  assertEquals(split(rsyncShellText(words)), words);
});
