import { widthOf } from "./width.ts";

/**
 * Breaks a text into lines of at most `width` columns at its blanks; a longer word stands alone. Line breaks of the
 * text are kept, and a line that is indented stays as it is, so that examples survive.
 */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => line.startsWith(" ") ? [line] : wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    const longer = current === "" ? word : `${current} ${word}`;
    if (current !== "" && widthOf(longer) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}
