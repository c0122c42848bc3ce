import type { Configuration } from "../../core/config/configuration.ts";
import { ConfigSyntaxError } from "../../core/config/config_error.ts";
import { type Problem, problem } from "../../core/config/problem.ts";
import { validate } from "../../core/config/validate.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import type { Agent } from "../agent.ts";
import { CommandDoubts } from "../command_doubts.ts";
import { attachmentDoubts } from "../compliance/doubts.ts";
import { configure } from "../load.ts";

/** Every problem of a configuration text as this node sees it; a text that cannot be read is one problem. */
export function problemsOf(agent: Agent, path: ObjectPath, text: string): readonly Problem[] {
  try {
    const configuration = configure(agent, path, text);
    const problems = [
      ...validate(configuration),
      ...doubtsOf(agent, configuration),
      ...attachmentDoubts(agent, configuration),
    ];
    return problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    return [problem("error", error.position, error.message)];
  }
}

/** Commands that somebody else could replace, each at its own line. */
function doubtsOf(agent: Agent, configuration: Configuration): Problem[] {
  const doubts = new CommandDoubts(agent);
  const sections = ["DEFAULT", ...configuration.rids.filter((rid) => rid.startsWith("task#"))];
  return sections.flatMap((section) => doubts.of(configuration, section)).map((doubt) =>
    problem("warning", doubt, doubt.text)
  );
}

/** What a change brings. */
export interface Comparison {
  /** Errors that were not there before, or that are about what was changed. */
  readonly errors: readonly Problem[];
  /** Warnings and hints that were not there before. */
  readonly remarks: readonly Problem[];
}

/**
 * Compares the problems of a configuration before and after a change: old errors elsewhere must not make every change
 * impossible. `touched` holds the changed keys as `section.key`.
 */
export function compareProblems(
  before: readonly Problem[],
  after: readonly Problem[],
  touched: ReadonlySet<string> = new Set(),
): Comparison {
  const known = new Set(before.map(identityOf));
  const isNew = (found: Problem) =>
    !known.has(identityOf(found)) || touched.has(`${found.section}.${found.option}`);
  const fresh = after.filter(isNew);
  return {
    errors: fresh.filter(({ severity }) => severity === "error"),
    remarks: fresh.filter(({ severity }) => severity !== "error"),
  };
}

/** A change moves lines, so their numbers say nothing. */
function identityOf({ severity, section, option, message }: Problem): string {
  return JSON.stringify([severity, section, option, message.replace(/ at line \d+/g, "")]);
}
