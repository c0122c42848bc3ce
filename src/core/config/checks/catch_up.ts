import { parseSchedule } from "../../schedule/parse.ts";
import { hasPlanned } from "../../schedule/planned.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";

/** `catch_up = once` in a task whose schedule has no planned instants, or in DEFAULT when that holds for all tasks. */
export function checkCatchUp(
  configuration: Configuration,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  if (text !== "once") return [];
  const isHead = section.name === "DEFAULT";
  const tasks = isHead ? configuration.rids.filter((rid) => rid.startsWith("task#")) : [section.name];
  if (isHead && tasks.length === 0) return [];
  if (tasks.some((rid) => mayMiss(configuration.find(rid, "schedule")?.text ?? ""))) return [];
  const place = { line: option.line, section: section.name, option: option.key };
  return [
    problem(
      "hint",
      place,
      `${section.name}.${option.key} has no effect: there are no lone times or crontab expressions; open windows and elapsed periods are always caught up`,
    ),
  ];
}

/** A schedule that cannot be read is told by its own check. */
function mayMiss(schedule: string): boolean {
  try {
    return hasPlanned(parseSchedule(schedule));
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}
