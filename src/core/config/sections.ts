import { addSection, setOption } from "./edit.ts";
import type { IniDocument } from "./ini.ts";

/** A configuration as data: options by section, as JSON shows it. */
export type ConfigSections = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The name of the part of the JSON form that tells whose configuration it is. */
export const METADATA = "metadata";

/** The values of a document as they are written, by section; of a key that comes twice the one that counts. */
export function sectionsOf(document: IniDocument): ConfigSections {
  return Object.fromEntries(
    [...document.sections.values()].map((section) => [
      section.name,
      Object.fromEntries([...section.byKey].map(([key, option]) => [key, option.value])),
    ]),
  );
}

/**
 * Reads the JSON form of a configuration: an object of sections, each an object of texts, numbers and booleans; its
 * `metadata` is left out. Throws `SyntaxError` for anything else.
 */
export function parseSections(text: string): ConfigSections {
  const data = parseJson(text);
  if (!isRecord(data)) throw new SyntaxError("Cannot read the configuration: expected an object of sections");
  const sections = Object.entries(data).filter(([name]) => name !== METADATA);
  return Object.fromEntries(sections.map(([name, options]) => [name, readOptions(name, options)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SyntaxError(`Cannot read the configuration: it is no JSON: ${reason}`, { cause });
  }
}

function readOptions(section: string, options: unknown): Record<string, string> {
  if (!isRecord(options)) {
    throw new SyntaxError(`Cannot read the section ${section}: expected an object of keywords and values`);
  }
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      if (typeof value === "number" || typeof value === "boolean") return [key, String(value)];
      throw new SyntaxError(`Cannot read ${section}.${key}: expected a text, a number or a boolean`);
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes sections as a configuration text; throws `RangeError` for what the format cannot hold. */
export function formatSections(sections: ConfigSections): string {
  let text = "";
  for (const [section, options] of Object.entries(sections)) {
    text = addSection(text, section);
    for (const [key, value] of Object.entries(options)) text = setOption(text, section, key, value);
  }
  return text;
}
