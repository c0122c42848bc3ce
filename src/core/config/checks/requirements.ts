import { parseRequires } from "../../requires.ts";
import type { Configuration } from "../configuration.ts";
import type { IniOption, IniSection } from "../ini.ts";
import { type Problem, problem } from "../problem.ts";

/** Required resources that do not exist, or whose status can never be what is wanted. */
export function checkRequirements(
  configuration: Configuration,
  text: string,
  section: IniSection,
  option: IniOption,
): Problem[] {
  const place = { line: option.line, section: section.name, option: option.key };
  const full = `${section.name}.${option.key}`;
  const requires = read(text);
  if (requires === "impossible") return [];
  return requires.flatMap(({ rid, states }) => {
    if (!configuration.rids.includes(rid)) {
      const known = configuration.rids.join(", ");
      return [
        problem("error", place, `${full} requires ${rid}, which is not configured, expected one of ${known}`),
      ];
    }
    if (!configuration.hasDriver(rid)) {
      if (states.includes("undef")) return [];
      return [
        problem("warning", place, `${full} requires ${rid}, whose status is always undef in this version`),
      ];
    }
    const isAlwaysNone = rid.startsWith("task#") && configuration.find(rid, "check")?.text !== "last_run";
    if (!isAlwaysNone || states.includes("n/a")) return [];
    return [
      problem(
        "warning",
        place,
        `${full} requires ${rid}, whose status is n/a as long as check is not last_run`,
      ),
    ];
  });
}

/** What cannot be read is told by the check of the value. */
function read(text: string): ReturnType<typeof parseRequires> {
  try {
    return parseRequires(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
