import { readModuleEntry } from "../../core/compliance/module_entry.ts";
import { sortNaturally } from "../../core/naming/natural_order.ts";
import { RefusedError } from "../../core/errors.ts";
import type { Agent } from "../agent.ts";
import { hasComplianceCollector } from "../collector/configured.ts";
import { askCollector } from "./collector.ts";
import { localDefinitions } from "./definitions.ts";
import { findModule, modulesFolder } from "./find_module.ts";

/** A module of this node. */
export interface ModuleRow {
  readonly module: string;
  readonly order: number;
  readonly entry: string;
  /** The program that is called; null when none can be. */
  readonly program: string | null;
  /** Why it cannot be called. */
  readonly problem: string | null;
}

/** A moduleset or a ruleset that there is. */
export interface SetRow {
  readonly name: string;
  /** Where it is declared: `local` or `collector`. */
  readonly source: "local" | "collector";
  /** Null for one of the collector. */
  readonly file: string | null;
  readonly line: number | null;
  /** What it consists of: modules with their marks, or names of variables; null when the collector does not tell. */
  readonly members: readonly string[] | null;
}

/** Lists the modules of this node, in the order in which they would run. */
export function listModules(agent: Agent): readonly ModuleRow[] {
  const folder = modulesFolder(agent);
  const entries = agent.system.files.list(folder);
  const rows = entries.flatMap(({ name }) => readModuleEntry(name) ?? []).map(
    ({ entry, name, order }): ModuleRow => {
      const found = findModule(agent.system, folder, name, entries);
      return {
        module: name,
        order,
        entry,
        program: found.kind === "module" ? found.program : null,
        problem: found.kind === "unusable" ? found.reason : null,
      };
    },
  );
  return sortNaturally(rows, ({ entry }) => entry).sort((a, b) => a.order - b.order);
}

/** Lists modulesets or rulesets, local ones first. Throws what a definition that cannot be used throws. */
export async function listSets(agent: Agent, kind: "moduleset" | "ruleset"): Promise<readonly SetRow[]> {
  const { modulesets, rulesets } = localDefinitions(agent);
  const local = kind === "moduleset"
    ? [...modulesets.values()].map((each) => ({
      ...each,
      members: each.modules.map(({ name, isAutofix }) => isAutofix ? `${name}:autofix` : name),
    }))
    : [...rulesets.values()].map((each) => ({ ...each, members: each.rules.map(([name]) => name) }));
  const rows = local.map(({ name, place: { file, line }, members }): SetRow => ({
    ...{ name, source: "local", file, line, members },
  }));
  return [...sortNaturally(rows, ({ name }) => name), ...await remoteSets(agent, kind)];
}

async function remoteSets(agent: Agent, kind: "moduleset" | "ruleset"): Promise<readonly SetRow[]> {
  if (!hasComplianceCollector(agent)) return [];
  const answer = kind === "moduleset"
    ? await askCollector(agent, "comp_list_modulesets", ["%"])
    : await askCollector(agent, "comp_list_rulesets", ["%", agent.node.name]);
  if (answer.kind === "failed") {
    throw new RefusedError(`Cannot list ${kind}s of the collector: ${answer.reason}`);
  }
  const { value: names } = answer;
  if (!Array.isArray(names) || !names.every((each) => typeof each === "string")) {
    throw new RefusedError(`Cannot list ${kind}s of the collector: its answer is no list of names`);
  }
  return sortNaturally(new Set<string>(names), String).map((name) => ({
    ...{ name, source: "collector", file: null, line: null, members: null },
  }));
}
