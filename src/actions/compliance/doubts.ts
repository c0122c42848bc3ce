import type { Configuration } from "../../core/config/configuration.ts";
import { type Problem, problem } from "../../core/config/problem.ts";
import { toWords } from "../../core/convert.ts";
import { nearest } from "../../core/text/nearest.ts";
import type { Agent } from "../agent.ts";
import { localDefinitions } from "./definitions.ts";

/**
 * What keywords attach that no file of compliance has: told, and never refused, because those files may come to the node
 * after the configuration. A value that cannot be read is told elsewhere.
 */
export function attachmentDoubts(agent: Agent, configuration: Configuration): readonly Problem[] {
  return (["modulesets", "rulesets"] as const).flatMap((kind) => {
    const option = `comp_${kind}`;
    const [found, names] = attempt(() => {
      const value = configuration.find("DEFAULT", option);
      return [value, toWords(value?.text ?? "")] as const;
    }) ?? [undefined, []];
    if (names.length === 0) return [];
    const place = { section: "DEFAULT", option, line: found?.line };
    try {
      const known = localDefinitions(agent)[kind];
      return names.filter((name) => !known.has(name)).map((name) =>
        problem("warning", place, `DEFAULT.${option} names ${name}, ${noSuch(name, known.keys())}`)
      );
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return [problem("warning", place, `DEFAULT.${option} attaches nothing: ${error.message}`)];
    }
  });
}

function noSuch(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  const hint = near === undefined ? "compliance is refused until one has it" : `did you mean ${near}?`;
  return `which no file of compliance has, ${hint}`;
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
