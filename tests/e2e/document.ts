/**
 * The examples of the user's document, as they are written there (`tests/fixtures/document`).
 *
 * @module
 */
import { AGENT } from "./box.ts";

const FOLDER = new URL("../fixtures/document/", import.meta.url);

/** An example, byte for byte. */
export function example(name: string): string {
  return Deno.readTextFileSync(new URL(name, FOLDER));
}

/** A console example: what is typed, with our program for `om`, and what it shows, without the document's margin. */
export function consoleExample(name: string): { readonly args: readonly string[]; readonly shown: string } {
  const [typed = "", ...lines] = example(name).trimEnd().split("\n").map((line) =>
    line.replace(/^\t| {8}/, "")
  );
  const args = typed.replace(/^\$ (?:om|sudo) /, "").split(" ");
  return { args, shown: lines.map((line) => `${line.trimEnd()}\n`).join("") };
}

/** The same example as a line for a shell: `sudo testmd run` is typed with the service's link. */
export function shellLine(args: readonly string[], program = AGENT): string {
  return [program, ...args].map((word) => `'${word}'`).join(" ");
}

/** The example's text with the blank that follows the question, which the document leaves out. */
export function withoutTrailingBlanks(text: string): string {
  return text.replace(/ +$/gm, "");
}
