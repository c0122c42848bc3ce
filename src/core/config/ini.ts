/**
 * The INI format of the configuration files, read with every line kept, so that an edit can leave all others alone.
 *
 * @module
 */
import {
  MAX_CONFIG_BYTES,
  MAX_HEADERS,
  MAX_KEYS,
  refuseLongName,
  refuseLongValue,
  refuseMany,
} from "./bounds.ts";
import { ConfigSyntaxError } from "./config_error.ts";

/** One `key = value`, over one or several lines. */
export interface IniOption {
  /** As written, scope included (`nodes@n1`). */
  readonly key: string;
  /** Lines trimmed, joined by line breaks, trimmed as a whole. */
  readonly value: string;
  /** Line of the key, from 1. */
  readonly line: number;
  /** Last line of the value; comments and empty lines after it do not belong to it. */
  readonly endLine: number;
  /** Column of the key, from 0, a tab going to the next multiple of eight. */
  readonly indent: number;
}

/** One `[section]` header and the options below it; a section may have several such parts. */
export interface IniPart {
  readonly line: number;
  readonly indent: number;
  readonly options: readonly IniOption[];
}

export interface IniSection {
  readonly name: string;
  /** Line of the first header. */
  readonly line: number;
  readonly parts: readonly IniPart[];
  /** Every option in file order, duplicates included. */
  readonly options: readonly IniOption[];
  /** The last option of each key: the one that counts. */
  readonly byKey: ReadonlyMap<string, IniOption>;
  /** Whether any key has a scope (`key@scope`). */
  readonly isScoped: boolean;
}

export interface IniDocument {
  readonly text: string;
  /** The lines without their ends; line 1 is `lines[0]`. */
  readonly lines: readonly string[];
  /** In the order of their first header. */
  readonly sections: ReadonlyMap<string, IniSection>;
  /** Oddities that do not change the meaning, such as text after a header. */
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}

interface MutableSection {
  name: string;
  line: number;
  parts: { line: number; indent: number; options: IniOption[] }[];
  options: IniOption[];
  byKey: Map<string, IniOption>;
  isScoped: boolean;
}

interface OpenOption {
  readonly key: string;
  readonly line: number;
  readonly indent: number;
  readonly values: string[];
  endLine: number;
}

const TAB_WIDTH = 8;

/** The column of the first character that is not blank; a tab goes to the next multiple of eight. */
export function indentOf(line: string): number {
  let column = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 32) column++;
    else if (code === 9) column += TAB_WIDTH - column % TAB_WIDTH;
    else break;
  }
  return column;
}

/**
 * Reads a configuration text.
 *
 * Values continue on lines further in than their key; full-line comments start with `#` or `;`; a section that comes
 * twice is merged, of a key that comes twice the last one counts. Throws `ConfigSyntaxError` with the line.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const document = parseIni("[task#0]\ncommand = echo a\n  b\nuser: admin\n");
 * assertEquals(document.sections.get("task#0")?.byKey.get("command")?.value, "echo a\nb");
 * ```
 */
export function parseIni(text: string): IniDocument {
  refuseUnreadable(text);
  const lines = linesOf(text);
  const reader = new IniReader();
  for (let i = 0; i < lines.length; i++) reader.read(lines[i]!, i + 1);
  reader.closeOption();
  return { text, lines, sections: reader.sections, warnings: reader.warnings };
}

function refuseUnreadable(text: string): void {
  const isLarge = text.length * 3 > MAX_CONFIG_BYTES &&
    new TextEncoder().encode(text).length > MAX_CONFIG_BYTES;
  if (isLarge) throw new ConfigSyntaxError("it is larger than 1 MiB, expected at most that", { line: 1 });
  const zero = text.indexOf("\0");
  if (zero < 0) return;
  const line = text.slice(0, zero).split("\n").length;
  throw new ConfigSyntaxError("it holds a NUL character, expected text", { line });
}

function linesOf(text: string): string[] {
  const lines = (text.startsWith("\uFEFF") ? text.slice(1) : text).split("\n");
  if (!text.includes("\r")) return lines;
  return lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
}

class IniReader {
  readonly sections = new Map<string, MutableSection>();
  readonly warnings: { line: number; message: string }[] = [];
  #headers = 0;
  #keys = 0;
  #section: MutableSection | undefined;
  #open: OpenOption | undefined;

  read(line: string, number: number): void {
    const content = line.trim();
    if (content === "") {
      this.#open?.values.push("");
      return;
    }
    if (content.startsWith("#") || content.startsWith(";")) return;
    const indent = indentOf(line);
    if (this.#open && indent > this.#open.indent) {
      this.#open.values.push(content);
      this.#open.endLine = number;
      return;
    }
    this.closeOption();
    if (content.startsWith("[")) this.#openSection(content, number, indent);
    else this.#openOption(content, number, indent);
  }

  closeOption(): void {
    const open = this.#open;
    const section = this.#section;
    this.#open = undefined;
    if (!open || !section) return;
    const { key, line, endLine, indent, values } = open;
    const value = values.length === 1 ? values[0]! : values.join("\n").trim();
    refuseLongValue(section.name, key, value, line);
    refuseMany("keys", ++this.#keys, MAX_KEYS, line);
    const option: IniOption = { key, value, line, endLine, indent };
    section.options.push(option);
    section.parts.at(-1)!.options.push(option);
    section.byKey.set(key, option);
    if (key.includes("@")) section.isScoped = true;
  }

  #openSection(content: string, line: number, indent: number): void {
    const end = content.indexOf("]");
    const name = content.slice(1, end < 0 ? undefined : end).trim();
    if (end < 0 || name === "") {
      throw new ConfigSyntaxError(`the section header is "${shortened(content)}", expected [name]`, { line });
    }
    refuseLongName("section", name, line);
    refuseMany("section headers", ++this.#headers, MAX_HEADERS, line);
    if (end < content.length - 1) {
      const rest = shortened(content.slice(end + 1).trim());
      this.warnings.push({ line, message: `The text "${rest}" after the header [${name}] has no effect` });
    }
    let section = this.sections.get(name);
    if (!section) {
      section = { name, line, parts: [], options: [], byKey: new Map(), isScoped: false };
      this.sections.set(name, section);
    }
    section.parts.push({ line, indent, options: [] });
    this.#section = section;
  }

  #openOption(content: string, line: number, indent: number): void {
    const section = this.#section?.name;
    const position = section === undefined ? { line } : { line, section };
    if (section === undefined) {
      throw new ConfigSyntaxError(
        `"${shortened(content)}" comes before any section, expected [name]`,
        position,
      );
    }
    const delimiter = content.search(/[=:]/);
    const key = content.slice(0, Math.max(delimiter, 0)).trimEnd();
    if (key === "") {
      throw new ConfigSyntaxError(`the line is "${shortened(content)}", expected key = value`, position);
    }
    refuseLongName("key", key, line);
    const value = content.slice(delimiter + 1).trimStart();
    this.#open = { key, line, indent, values: [value], endLine: line };
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
