import type { FlagSpec } from "../../cli/flag_spec.ts";
import type { Flags } from "../../cli/flag_values.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { isComplianceName } from "../../core/compliance/module_entry.ts";

export const MODULESET_FLAG: FlagSpec = {
  name: "moduleset",
  kind: "strings",
  valueName: "NAMES",
  text: "modulesets, separated by commas",
};

export const RULESET_FLAG: FlagSpec = {
  name: "ruleset",
  kind: "strings",
  valueName: "NAMES",
  text: "rulesets, separated by commas",
};

export const MODULE_FLAG: FlagSpec = {
  name: "module",
  kind: "strings",
  valueName: "NAMES",
  text: "modules, separated by commas, whatever is attached",
};

/** The names that a flag gives, each once; undefined when it was not typed. Throws `UsageError` for one that is none. */
export function namesOf(
  flags: Flags,
  name: "module" | "moduleset" | "ruleset",
): readonly string[] | undefined {
  if (!flags.has(name)) return undefined;
  const names = flags.strings(name).flatMap((text) => text.split(",")).map((text) => text.trim());
  const wrong = names.find((each) => !isComplianceName(each));
  if (wrong !== undefined) {
    throw new UsageError(`Cannot use --${name}: "${wrong}" is no name, expected names separated by commas`);
  }
  return [...new Set(names)];
}
