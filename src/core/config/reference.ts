/**
 * References `{…}`: their spelling, and the words that every object knows without configuring them.
 *
 * @module
 */
import { configFileOf, formatObjectPath, type ObjectPath, stateFolderOf } from "../naming/object_path.ts";
import { tryParseRid } from "../naming/rid.ts";

/** One reference, taken apart. */
export interface Reference {
  readonly modifier: string | undefined;
  readonly isCount: boolean;
  /** What stands before the first dot; undefined for a name alone. */
  readonly section: string | undefined;
  readonly key: string;
  /** The word that is wanted, from 0. */
  readonly index: number | undefined;
}

/** Facts of the object and the node that references can name. */
export interface ReferenceFacts {
  readonly path: ObjectPath;
  readonly nodeName: string;
  readonly clusterName: string;
  readonly folders: { readonly etc: string; readonly var: string };
}

/** Finds references that hold no other one; `{a-b}`, `{x y}` and `{}` are none. */
export const REFERENCE_REGEXP = /\{([\w.[\]:/#]+)\}/g;

const PARTS_REGEXP = /^(?:([a-z_]+):)?(#?)(.+?)(?:\[(\d+)\])?$/;

const MODIFIERS: Readonly<Record<string, (text: string) => string>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  title: (text) => text.replace(/[a-z]+/gi, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase()),
  swapcase: (text) =>
    [...text].map((c) => c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()).join(""),
  uri_ip: (text) => text.includes(":") ? `[${text}]` : text,
};

/** Takes the text between the braces apart; undefined when it cannot be a reference, such as `safe://x`. */
export function parseReference(text: string): Reference | undefined {
  const match = PARTS_REGEXP.exec(text);
  if (!match) return undefined;
  const [, modifier, count, target, index] = match;
  if (modifier !== undefined && !Object.hasOwn(MODIFIERS, modifier)) return undefined;
  const dot = target!.indexOf(".");
  return {
    modifier,
    isCount: count === "#",
    section: dot < 0 ? undefined : target!.slice(0, dot),
    key: target!.slice(dot + 1),
    index: index === undefined ? undefined : Number(index),
  };
}

/** Applies count, index and modifier to what the reference found; undefined when there is no such word. */
export function applyReference(reference: Reference, value: string): string | undefined {
  const { isCount, index, modifier } = reference;
  let result: string | undefined = value;
  if (isCount || index !== undefined) {
    const words = value.split(/\s+/).filter((word) => word !== "");
    result = isCount ? String(words.length) : words[index!];
  }
  if (result === undefined || modifier === undefined) return result;
  return MODIFIERS[modifier]!(result);
}

/** The words of `knownWord`, for help and for finding typing mistakes. */
export const KNOWN_WORDS: readonly string[] =
  ("nodename short_nodename namespace kind path svcpath name svcname short_name short_svcname scaler_name " +
    "scaler_short_name rid rindex clustername fqdn domain etc var private_var initd").split(" ");

/** Gives the value of a word that is known without configuration (`nodename`, `rid`, …), or undefined. */
export function knownWord(word: string, section: string, facts: ReferenceFacts): string | undefined {
  const { path, nodeName, folders } = facts;
  switch (word) {
    case "nodename":
      return nodeName;
    case "short_nodename":
      return beforeDot(nodeName);
    case "rid":
      return tryParseRid(section) ? section : undefined;
    case "rindex":
      return tryParseRid(section)?.index;
    case "clustername":
      return facts.clusterName;
    case "etc":
      return folders.etc;
    case "var":
      return folders.var;
    case "private_var":
      return `${folders.var}/${stateFolderOf(path)}`;
    case "initd":
      return `${folders.etc}/${configFileOf(path).replace(/\.conf$/, ".d")}`;
    default:
      return pathWord(word, facts);
  }
}

function pathWord(word: string, { path, clusterName }: ReferenceFacts): string | undefined {
  const { namespace, kind, name } = path;
  switch (word) {
    case "namespace":
      return namespace;
    case "kind":
      return kind;
    case "path":
    case "svcpath":
      return formatObjectPath(path);
    case "name":
    case "svcname":
      return name;
    case "short_name":
    case "short_svcname":
      return beforeDot(name);
    case "scaler_name":
      return name.replace(/^\d+\./, "");
    case "scaler_short_name":
      return beforeDot(name.replace(/^\d+\./, ""));
    case "domain":
      return `${namespace}.${kind}.${clusterName}`;
    case "fqdn":
      return `${name}.${namespace}.${kind}.${clusterName}`;
    default:
      return undefined;
  }
}

function beforeDot(text: string): string {
  return text.split(".", 1)[0]!;
}
