import type { Configuration } from "../../core/config/configuration.ts";
import type { IniSection } from "../../core/config/ini.ts";
import { splitKey } from "../../core/config/scope.ts";
import type { ConfigSections } from "../../core/config/sections.ts";

/** The values of a configuration as a node sees them. */
export interface EvaluatedSections {
  readonly sections: ConfigSections;
  /** Why some values are shown as they are written: they cannot be evaluated. */
  readonly problems: readonly string[];
}

/** Evaluates every keyword that is in the file, unknown ones too; scoped lines become the one value that counts. */
export function evaluateSections(configuration: Configuration): EvaluatedSections {
  const problems: string[] = [];
  const sections = [...configuration.document.sections.values()].map((section) => [
    section.name,
    evaluateSection(configuration, section, problems),
  ]);
  return { sections: Object.fromEntries(sections), problems };
}

function evaluateSection(
  configuration: Configuration,
  section: IniSection,
  problems: string[],
): Record<string, string> {
  const options = new Set([...section.byKey.keys()].map((key) => splitKey(key).option));
  const values: Record<string, string> = {};
  for (const option of options) {
    try {
      const found = configuration.find(section.name, option);
      // A keyword that is only there for other nodes has no line here: a default or DEFAULT is not in this section.
      if (found?.line !== undefined && found.definedIn === section.name) values[option] = found.text;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push(error.message);
      values[option] = configuration.raw(section.name, option) ?? "";
    }
  }
  return values;
}
