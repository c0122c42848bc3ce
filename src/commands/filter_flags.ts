import type { FlagSpec } from "../cli/flag_spec.ts";
import type { Flags } from "../cli/flag_values.ts";
import type { ResourceFilterTexts } from "../core/naming/resource_filter.ts";

/** The flags that choose resources (spec 1.3). */
export const FILTER_FLAGS: readonly FlagSpec[] = [
  {
    name: "rid",
    kind: "string",
    valueName: "RIDS",
    text: "resources, groups, drivers or globs; a comma is or",
  },
  {
    name: "tags",
    aliases: ["tag"],
    kind: "string",
    valueName: "TAGS",
    text: "tags; a comma is or, a plus is and",
  },
  {
    name: "subsets",
    aliases: ["subset"],
    kind: "string",
    valueName: "SUBSETS",
    text: "subsets; a comma is or",
  },
];

/** What the filter flags say. */
export function filterOf(flags: Flags): ResourceFilterTexts {
  return { rid: flags.string("rid"), tags: flags.string("tags"), subsets: flags.string("subsets") };
}
