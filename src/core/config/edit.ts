/**
 * Edits of a configuration text: one option or section changes, every other line, comment and the order stay.
 *
 * @module
 */
import {
  indentOf,
  type IniDocument,
  type IniOption,
  type IniPart,
  type IniSection,
  parseIni,
} from "./ini.ts";

/** Meanings by section and key, to prove that an edit did what it should and nothing else. */
type Meaning = Map<string, string>;

/**
 * Sets one option; `key` may have a scope. An option that is there is replaced where it stands, a new one comes after
 * the last one of its section, a new section at the end (DEFAULT: before all others).
 *
 * Lines of a longer value are trimmed and written with one tab more. Throws `RangeError` for what the format cannot
 * hold, and `ConfigSyntaxError` when the text cannot be read in the first place.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(setOption("[a]\n# note\nk = 1\n", "a", "k", "2"), "[a]\n# note\nk = 2\n");
 * ```
 */
export function setOption(text: string, section: string, key: string, value: string): string {
  refuseBadNames(section, key);
  const valueLines = valueLinesOf(value, section, key);
  const draft = new Draft(text);
  const present = draft.document.sections.get(section);
  const option = present?.byKey.get(key);
  if (option) draft.replaceOption(option, key, valueLines);
  else if (present) draft.insertOption(present, key, valueLines);
  else draft.insertSection(section, formatOption("", key, valueLines));
  const wanted = meaningOf(draft.document);
  wanted.set(`${section}\n`, "").set(`${section}\n${key}`, valueLines.join("\n"));
  return draft.finish(wanted, `set ${section}.${key}`);
}

/** Removes an option with all its duplicates; an option that is not there is no error. */
export function unsetOption(text: string, section: string, key: string): string {
  const draft = new Draft(text);
  const options = draft.document.sections.get(section)?.options.filter((option) => option.key === key) ?? [];
  for (const option of options.reverse()) draft.removeOption(option);
  const wanted = meaningOf(draft.document);
  wanted.delete(`${section}\n${key}`);
  return draft.finish(wanted, `unset ${section}.${key}`);
}

/** Removes a section with its options and the comments between them; a section that is not there is no error. */
export function removeSection(text: string, section: string): string {
  const draft = new Draft(text);
  const parts = draft.document.sections.get(section)?.parts ?? [];
  for (const part of [...parts].reverse()) draft.removePart(part);
  const wanted = meaningOf(draft.document);
  for (const name of [...wanted.keys()]) if (name.startsWith(`${section}\n`)) wanted.delete(name);
  return draft.finish(wanted, `remove the section ${section}`);
}

/** Adds an empty section at the end (DEFAULT: before all others); a section that is there is no error. */
export function addSection(text: string, section: string): string {
  refuseBadNames(section, "key");
  const draft = new Draft(text);
  if (!draft.document.sections.has(section)) draft.insertSection(section, []);
  const wanted = meaningOf(draft.document);
  wanted.set(`${section}\n`, "");
  return draft.finish(wanted, `add the section ${section}`);
}

class Draft {
  readonly document: IniDocument;
  readonly #lines: string[];
  readonly #lineEnd: string;
  readonly #isMarked: boolean;

  constructor(text: string) {
    this.document = parseIni(text);
    this.#lines = [...this.document.lines];
    this.#lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
    this.#isMarked = text.startsWith("\uFEFF");
  }

  replaceOption(option: IniOption, key: string, value: readonly string[]): void {
    const kept = this.#commentsIn(option);
    const lines = formatOption(this.#leadOf(option.line), key, value);
    this.#lines.splice(option.line - 1, option.endLine - option.line + 1, ...lines, ...kept);
  }

  removeOption(option: IniOption): void {
    const kept = this.#commentsIn(option);
    this.#lines.splice(option.line - 1, option.endLine - option.line + 1, ...kept);
  }

  insertOption(section: IniSection, key: string, value: readonly string[]): void {
    const part = section.parts.findLast((part) => part.options.length > 0) ?? section.parts.at(-1)!;
    const last = part.options.at(-1);
    const after = last?.endLine ?? part.line;
    const lead = last ? this.#leadOf(last.line) : this.#leadBelow(part);
    this.#lines.splice(after, 0, ...formatOption(lead, key, value));
  }

  insertSection(name: string, options: readonly string[]): void {
    const [first] = this.document.sections.values();
    if (name === "DEFAULT" && first) {
      const at = this.#startOfComments(first.line) - 1;
      const lead = this.#leadOf(first.line);
      this.#lines.splice(at, 0, `${lead}[${name}]`, ...options.map((line) => lead + line), "");
      return;
    }
    while (this.#lines.length > 0 && this.#lines.at(-1)!.trim() === "") this.#lines.pop();
    if (this.#lines.length > 0) this.#lines.push("");
    this.#lines.push(`[${name}]`, ...options, "");
  }

  removePart(part: IniPart): void {
    const end = part.options.at(-1)?.endLine ?? part.line;
    const isSpaced = this.#lines[end]?.trim() === "" && end < this.#lines.length - 1;
    this.#lines.splice(part.line - 1, end - part.line + 1 + (isSpaced ? 1 : 0));
  }

  /** Puts the text together and reads it again: it must mean what was wanted, no more and no less. */
  finish(wanted: Meaning, action: string): string {
    const text = (this.#isMarked ? "\uFEFF" : "") + this.#lines.join(this.#lineEnd);
    const found = meaningOf(parseIni(text));
    const isSame = found.size === wanted.size &&
      [...wanted].every(([name, value]) => found.get(name) === value);
    if (isSame) return text;
    throw new RangeError(
      `Cannot ${action}: other lines would change their meaning, expected even indentation`,
    );
  }

  /** A comment inside a longer value outlives the value. */
  #commentsIn(option: IniOption): string[] {
    return this.#lines.slice(option.line, option.endLine).filter((line) => /^\s*[#;]/.test(line));
  }

  #leadOf(line: number): string {
    return /^\s*/.exec(this.#lines[line - 1]!)![0];
  }

  /** In a section without options: as far in as its header, or as the next header when that is further in. */
  #leadBelow(part: IniPart): string {
    const own = this.#leadOf(part.line);
    for (let i = part.line; i < this.#lines.length; i++) {
      const line = this.#lines[i]!;
      if (!line.trimStart().startsWith("[")) continue;
      return indentOf(line) > indentOf(own) ? this.#leadOf(i + 1) : own;
    }
    return own;
  }

  #startOfComments(line: number): number {
    let start = line;
    while (start > 1 && /^\s*[#;]/.test(this.#lines[start - 2]!)) start--;
    return start;
  }
}

function formatOption(lead: string, key: string, value: readonly string[]): string[] {
  const [first = "", ...rest] = value;
  return [`${lead}${key} = ${first}`.trimEnd(), ...rest.map((line) => line === "" ? "" : `${lead}\t${line}`)];
}

function valueLinesOf(value: string, section: string, key: string): string[] {
  const lines = value.trim().split("\n").map((line) => line.trim());
  if (lines.slice(1).some((line) => line.startsWith("#") || line.startsWith(";"))) {
    throw new RangeError(
      `Cannot set ${section}.${key}: a continued line starts with # or ;, expected no comment`,
    );
  }
  return lines;
}

function refuseBadNames(section: string, key: string): void {
  if (section !== section.trim() || section === "" || /[\]\n\r\0]/.test(section)) {
    throw new RangeError(
      `Cannot set ${section}.${key}: "${section}" is no section name, expected no ] and no blanks`,
    );
  }
  if (key !== key.trim() || key === "" || /[=:\n\r\0]|^[[#;\uFEFF]/.test(key)) {
    throw new RangeError(
      `Cannot set ${section}.${key}: "${key}" is no keyword, expected no =, no : and no blanks`,
    );
  }
}

function meaningOf(document: IniDocument): Meaning {
  const meaning: Meaning = new Map();
  for (const section of document.sections.values()) {
    meaning.set(`${section.name}\n`, "");
    for (const [key, option] of section.byKey) meaning.set(`${section.name}\n${key}`, option.value);
  }
  return meaning;
}
