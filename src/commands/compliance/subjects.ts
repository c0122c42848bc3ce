import type { Agent } from "../../actions/agent.ts";
import type { Subject } from "../../actions/compliance/subject.ts";
import { NODE } from "../../actions/compliance/subject.ts";
import type { Unusable } from "../../actions/select.ts";
import type { Invocation } from "../../cli/command.ts";
import { exitCodeFor } from "../../cli/exit_code.ts";
import { describeError } from "../../cli/run_cli.ts";
import { escapeControl } from "../../core/text/escape.ts";
import type { System } from "../../ports.ts";
import { codeOf, membersFor, reportUnusable } from "../context.ts";

/** What a command line of compliance is about. */
export interface Subjects {
  readonly subjects: readonly Subject[];
  readonly unusable: readonly Unusable[];
}

/** The node, or the services that the selector names. */
export function subjectsFor(agent: Agent, invocation: Invocation): Subjects {
  if (invocation.command.scope === "node") return { subjects: [NODE], unusable: [] };
  const { instances, unusable } = membersFor(agent, invocation);
  return { subjects: instances.map((instance) => ({ kind: "service", instance })), unusable };
}

/**
 * Does something for each; among several, one that cannot be done is told, and the others go on. Gives the first exit
 * code that is not 0.
 */
export async function forEach(
  system: System,
  { subjects, unusable }: Subjects,
  work: (subject: Subject) => Promise<number>,
  isOver: () => boolean = () => false,
): Promise<number> {
  let exitCode = 0;
  for (const subject of subjects) {
    if (isOver()) break;
    try {
      const code = await work(subject);
      exitCode ||= code;
    } catch (error) {
      if (subjects.length + unusable.length === 1 || error instanceof SyntaxError) throw error;
      system.terminal.write("stderr", `agent: ${escapeControl(describeError(error))}\n`);
      exitCode ||= exitCodeFor(error);
    }
  }
  reportUnusable(system, unusable);
  return exitCode || (unusable[0] ? codeOf(unusable[0]) : 0);
}
