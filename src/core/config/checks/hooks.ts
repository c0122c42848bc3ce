import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";

/** `on_long` of a task that does not say when a run is long, or of DEFAULT when a task there is inherits it so. */
export function checkOnLong(
  configuration: Configuration,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  if (text === "") return [];
  const tasks = section.name === "DEFAULT"
    ? configuration.rids.filter((rid) => rid.startsWith("task#"))
    : [section.name];
  const silent = tasks.filter((rid) => !configuration.find(rid, "long_after")?.text);
  if (silent.length === 0) return [];
  const place = { line: option.line, section: section.name, option: option.key };
  const whose = section.name === "DEFAULT" ? ` for ${silent.join(", ")}` : "";
  const message = `${section.name}.${option.key} has no effect${whose}: long_after is not set`;
  return [problem("warning", place, message)];
}
