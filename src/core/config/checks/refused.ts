import type { Configuration } from "../configuration.ts";
import type { Keyword } from "../keyword.ts";
import { type Problem, problem } from "../problem.ts";
import { splitKey } from "../scope.ts";
import { isNeutral } from "./keys.ts";

/**
 * Tells the keywords of a resource, its own and those that DEFAULT lends, that this version knows and cannot do, as far
 * as they count on this node. A resource with any of them must not run as if they were not there.
 *
 * Throws `ConfigValueError` when one of them cannot be evaluated.
 */
export function refusedKeywords(configuration: Configuration, rid: string): Problem[] {
  const rows = new Set<Keyword>();
  const table = configuration.tableOf(rid);
  for (const name of [rid, "DEFAULT"]) {
    for (const key of configuration.document.sections.get(name)?.byKey.keys() ?? []) {
      const row = table.get(splitKey(key).option);
      if (row?.unsupported !== undefined) rows.add(row);
    }
  }
  return [...rows].flatMap((row) => {
    const value = configuration.find(rid, row.option);
    if (!value || isNeutral(row, value.text)) return [];
    const place = { line: value.line, section: value.definedIn, option: row.option };
    const text = `${value.definedIn}.${row.option} is not supported by this version: ${row.unsupported}`;
    return [problem("error", place, text)];
  });
}
