/**
 * How a keyword is named on a command line, and what is to become of its value.
 *
 * @module
 */
import { toWords } from "../convert.ts";

/** A key in a section: `task#0.user@n1`. */
export interface KeyName {
  /** `DEFAULT` when it is not said; a group such as `task` means every section of the group. */
  readonly section: string;
  /** With its scope. */
  readonly key: string;
}

/** Replace, append a word, remove a word, append a word unless it is there. */
export type Operator = "=" | "+=" | "-=" | "|=";

/** What `task#0.tags+=backup` says. */
export interface Assignment extends KeyName {
  readonly operator: Operator;
  /** Where the word goes, from 0: `nodes[0]+=n1`. */
  readonly index: number | undefined;
  readonly value: string;
}

const ASSIGNMENT_REGEXP = /^([^=]*?)(\+=|-=|\|=|=)(.*)$/s;
const INDEX_REGEXP = /^(.+)\[(\d+)\]$/;

/**
 * Reads the name of a key. The section ends at the first dot, that of a resource at the last one before the scope,
 * because its id may hold dots. Throws `SyntaxError` for an empty part.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseKeyName("task#a.b.user@n1.org"), { section: "task#a.b", key: "user@n1.org" });
 * assertEquals(parseKeyName("nodes"), { section: "DEFAULT", key: "nodes" });
 * ```
 */
export function parseKeyName(text: string): KeyName {
  const trimmed = text.trim();
  const scopeAt = trimmed.indexOf("@");
  const plain = scopeAt < 0 ? trimmed : trimmed.slice(0, scopeAt);
  const dot = plain.includes("#") ? plain.lastIndexOf(".") : plain.indexOf(".");
  const section = dot < 0 ? "DEFAULT" : trimmed.slice(0, dot);
  const key = trimmed.slice(dot + 1);
  const isWhole = section !== "" && key !== "" && !key.startsWith("@") && !key.endsWith("@");
  if (!isWhole || (dot < 0 && plain.includes("#"))) {
    throw new SyntaxError(
      `Cannot read the keyword "${trimmed}": expected section.keyword, such as task#0.user`,
    );
  }
  return { section, key };
}

/**
 * Reads an assignment. Throws `SyntaxError` when there is no operator, no keyword, or an index without `+=`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { section, key, operator, value } = parseAssignment("task#0.tags+=backup");
 * assertEquals([section, key, operator, value], ["task#0", "tags", "+=", "backup"]);
 * ```
 */
export function parseAssignment(text: string): Assignment {
  const match = ASSIGNMENT_REGEXP.exec(text);
  if (!match) {
    throw new SyntaxError(`Cannot read "${text}": there is no =, expected section.keyword=value`);
  }
  const [, target = "", operator, value = ""] = match;
  const indexed = INDEX_REGEXP.exec(target.trim());
  if (indexed && operator !== "+=") {
    throw new SyntaxError(
      `Cannot read "${text}": an index with ${operator}, expected += to insert at the index`,
    );
  }
  return {
    ...parseKeyName(indexed?.[1] ?? target),
    operator: operator as Operator,
    index: indexed ? Number(indexed[2]) : undefined,
    value: value.trim(),
  };
}

/** What the value becomes. `old` is the list that counts now, `undefined` when there is none. */
export function applyAssignment({ operator, index, value }: Assignment, old = ""): string {
  if (operator === "=") return value;
  const words = toWords(old);
  const others = toWords(value);
  if (operator === "-=") return words.filter((word) => !others.includes(word)).join(" ");
  const added = operator === "|=" ? others.filter((word) => !words.includes(word)) : others;
  return words.toSpliced(index ?? words.length, 0, ...added).join(" ");
}
