/**
 * What the collector keeps of a node, one value each: found on the host, said by `node.conf`, or neither.
 *
 * @module
 */
import { toInteger } from "../convert.ts";
import { PROPERTY_ROWS } from "./property_rows.ts";
import type { PropertyRow } from "./property_rows.ts";

/** A property as it is sent. */
export interface Property {
  readonly title: string;
  readonly source: "probe" | "config" | "default";
  readonly value: string | number;
  /** Why it could not be found. */
  readonly error?: string;
}

/** Properties by name. */
export type Properties = Readonly<Record<string, Property>>;

/** A value that was found, or why it was not. */
export type Found = string | number | { readonly error: string } | undefined;

/** All properties, or the names of those without which the collector would give the whole push up. */
export type PropertiesOutcome =
  | { readonly kind: "complete"; readonly properties: Properties }
  | { readonly kind: "incomplete"; readonly missing: readonly string[] };

/** The longest text of a property that has no bound of its own. */
const MAX_TEXT = 255;

/**
 * Puts the properties together: `configured` gives what `node.conf` says of an option, and wins over what was found.
 * Throws `SyntaxError` for a text where a number is wanted.
 */
export function propertiesOf(
  found: ReadonlyMap<string, Found>,
  configured: (option: string) => string | undefined,
): PropertiesOutcome {
  const properties: Record<string, Property> = {};
  const missing: string[] = [];
  for (const row of PROPERTY_ROWS) {
    const property = fromConfig(row, configured) ?? fromProbe(row, found.get(row.name));
    if (property) properties[row.name] = property;
    else if (row.isNeeded) missing.push(row.name);
  }
  return missing.length > 0 ? { kind: "incomplete", missing } : { kind: "complete", properties };
}

function fromConfig(
  row: PropertyRow,
  configured: (option: string) => string | undefined,
): Property | undefined {
  const text = row.isConfigurable ? configured(row.name) : undefined;
  if (text === undefined || text === "") return undefined;
  return {
    title: row.title,
    source: "config",
    value: row.isNumber ? numberOf(row, text) : bounded(row, text),
  };
}

function numberOf({ name }: PropertyRow, text: string): number {
  try {
    return toInteger(text, 0);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause;
    throw new SyntaxError(
      `Cannot use [node] ${name} of node.conf: it is ${JSON.stringify(text)}, expected a whole number`,
      { cause },
    );
  }
}

/** A row with a fallback is always told; the others only when they were found. */
function fromProbe(row: PropertyRow, found: Found): Property | undefined {
  const { title, fallback } = row;
  if (typeof found === "string" || typeof found === "number") {
    return {
      title,
      source: row.isSetting ? "config" : "probe",
      value: typeof found === "string" ? bounded(row, found) : found,
    };
  }
  if (fallback === undefined) return undefined;
  return { title, source: "default", value: fallback, ...(found ? { error: found.error } : {}) };
}

function bounded({ maxLength = MAX_TEXT }: PropertyRow, text: string): string {
  return text.slice(0, maxLength);
}
