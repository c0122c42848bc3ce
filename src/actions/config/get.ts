import type { KeyName } from "../../core/config/assignment.ts";
import { rowOf } from "../../core/config/checks/keys.ts";
import type { Configuration } from "../../core/config/configuration.ts";
import { nearest } from "../../core/text/nearest.ts";
import type { ConfigFile } from "./open.ts";

/** The value of one keyword of one object. */
export interface KeyValue {
  readonly path: string;
  readonly keyword: string;
  /** Null when it is not set; for evaluated values when there is no default either. */
  readonly value: string | null;
}

/** Reads a value as it is written, or as this node sees it; throws `ConfigValueError` when it cannot be evaluated. */
export function readKey(file: ConfigFile, { section, key }: KeyName, isEvaluated: boolean): KeyValue {
  const { configuration } = file;
  const value = isEvaluated ? configuration.evaluate(section, key) : configuration.raw(section, key);
  return { path: file.name, keyword: `${section}.${key}`, value: value ?? null };
}

/** Says why a keyword has no value. */
export function describeUnset(file: ConfigFile, { section, key }: KeyName): string {
  const { configuration, name } = file;
  const what = `Cannot find ${section}.${key} in ${name}`;
  if (section !== "DEFAULT" && !configuration.document.sections.has(section)) {
    const sections = [...configuration.document.sections.keys()];
    const near = nearest(section, sections);
    const hint = near === undefined ? `expected one of ${sections.join(", ")}` : `did you mean ${near}?`;
    return `${what}: there is no section [${section}], ${hint}`;
  }
  return `${what}: ${reasonOf(configuration, { section, key })}`;
}

function reasonOf(configuration: Configuration, { section, key }: KeyName): string {
  const [option = key] = key.split("@");
  const row = rowOf(configuration, section, option);
  if (row?.default !== undefined) return `it is not set, and its default is "${row.default}"`;
  if (row !== undefined || configuration.tableOf(section).size === 0) return "it is not set";
  const near = nearest(option, configuration.tableOf(section).keys());
  return near === undefined
    ? "it is not set, and there is no such keyword"
    : `there is no such keyword; did you mean ${near}?`;
}
