import type { Configuration } from "../configuration.ts";
import type { IniDocument, IniOption, IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";
import { rowOf } from "./keys.ts";

const KEY_REGEXP = /^\s*([\w-]+)(?:@[\w.-]+)?\s*[=:]/;
const HEADER_REGEXP = /^\s*\[(?:DEFAULT|env|labels|data|[a-z]+#[\w.:-]+)\]\s*$/;

/** Continued lines that were probably meant to be keywords or headers of their own. */
export function checkLines(configuration: Configuration, section: IniSection, option: IniOption): Problem[] {
  const problems: Problem[] = [];
  for (let number = option.line + 1; number <= option.endLine; number++) {
    const line = lineOf(configuration.document, number);
    const name = KEY_REGEXP.exec(line)?.[1];
    const isKeyword = name !== undefined && rowOf(configuration, section.name, name) !== undefined;
    if (!isKeyword && !HEADER_REGEXP.test(line)) continue;
    const text =
      `The line "${line.trim()}" belongs to ${section.name}.${option.key}, because it is further in`;
    problems.push(problem("warning", { line: number, section: section.name, option: option.key }, text));
  }
  return problems;
}

function lineOf({ lines }: IniDocument, number: number): string {
  return lines[number - 1]!;
}
