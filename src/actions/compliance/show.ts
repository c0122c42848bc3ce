import type { ModuleResult } from "../../core/compliance/result.ts";
import type { Rule } from "../../core/compliance/definitions.ts";
import { compareNatural } from "../../core/naming/natural_order.ts";
import { readResults } from "../../state/compliance.ts";
import type { Agent } from "../agent.ts";
import { gatherWork } from "./gather.ts";
import type { Subject } from "./subject.ts";
import { journalOf, nameOf, rulesOf, stateFolderOf } from "./subject.ts";
import { variableOf } from "../../core/compliance/variables.ts";

/** A module that a run would call. */
export interface AttachedModuleRow {
  readonly path: string;
  readonly moduleset: string | null;
  readonly module: string;
  readonly autofix: boolean;
}

/** A variable that modules would be told. */
export interface RuleRow {
  readonly path: string;
  readonly rule: string;
  /** The name in the environment; null when no variable can have it. */
  readonly variable: string | null;
  readonly value: string | null;
}

/** The modules that a run of `compliance auto` would call. */
export async function attachedModules(agent: Agent, subject: Subject): Promise<readonly AttachedModuleRow[]> {
  const work = await gatherWork(agent, subject, quietJournal(agent, subject), {});
  return (work?.modules ?? []).map(({ name, moduleset = null, isAutofix }) => ({
    path: nameOf(subject),
    moduleset,
    module: name,
    autofix: isAutofix,
  }));
}

/** The variables that modules would find; of the same one, the last counts. */
export async function rulesShown(agent: Agent, subject: Subject): Promise<readonly RuleRow[]> {
  const work = await gatherWork(agent, subject, quietJournal(agent, subject), {});
  const rows = new Map<string, RuleRow>();
  for (const [rule, value] of [...work?.rules ?? [], ...rulesOf(subject)] as readonly Rule[]) {
    const variable = variableOf(rule) ?? null;
    rows.set(variable ?? rule, { path: nameOf(subject), rule, variable, value });
  }
  return [...rows.values()];
}

/** The last result of each module, in the order in which they run. */
export function lastResults(agent: Agent, subject: Subject): readonly ModuleResult[] {
  const journal = quietJournal(agent, subject);
  const results = readResults(
    agent.system.files,
    stateFolderOf(agent, subject),
    (text) => journal.warning(text),
  );
  return Object.values(results).sort((a, b) =>
    (a.order ?? Infinity) - (b.order ?? Infinity) || compareNatural(a.module, b.module)
  );
}

function quietJournal(agent: Agent, subject: Subject) {
  return journalOf(agent, subject, { sessionId: agent.system.host.uuid() });
}
