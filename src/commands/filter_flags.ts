import type { FlagSpec } from "../cli/flag_spec.ts";
import type { Flags } from "../cli/flag_values.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";

/** The flags that choose resources (spec 1.3). */
export const FILTER_FLAGS: readonly FlagSpec[] = [
  {
    name: "rid",
    kind: "strings",
    valueName: "RIDS",
    text: "resources, groups, drivers or globs; a comma is or",
  },
  {
    name: "tags",
    aliases: ["tag"],
    kind: "strings",
    valueName: "TAGS",
    text: "tags; a comma is or, a plus is and",
  },
  {
    name: "subsets",
    aliases: ["subset"],
    kind: "strings",
    valueName: "SUBSETS",
    text: "subsets; a comma is or",
  },
];

/** What the filter flags say; throws `UsageError` for an empty one. */
export function filterOf(flags: Flags): ResourceFilterTexts {
  return {
    rid: filterText(flags, "rid"),
    tags: filterText(flags, "tags"),
    subsets: filterText(flags, "subsets"),
  };
}

/** What `--session` says, undefined when it was not typed; throws `UsageError` for an empty one, as for a filter. */
export function sessionText(flags: Flags): string | undefined {
  const text = flags.string("session")?.trim();
  if (text === "") {
    throw new UsageError("Cannot use --session: it is empty, expected an id or the beginning of one");
  }
  return text;
}

/**
 * What one filter flag says, undefined when it was not typed; one that is repeated is as good as a comma.
 *
 * Throws `UsageError` for an empty one: `--rid "$RID"` with nothing in the variable must never mean everything.
 */
export function filterText(flags: Flags, name: "rid" | "tags" | "subsets"): string | undefined {
  if (!flags.has(name)) return undefined;
  const texts = flags.strings(name);
  if (texts.some((text) => text.replaceAll(/[\s,+]/g, "") === "")) {
    throw new UsageError(`Cannot use --${name}: it is empty, expected a name or a pattern`);
  }
  return texts.join(",");
}
