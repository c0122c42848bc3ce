import type { Definitions, Moduleset, Rule, Ruleset, Target } from "./definitions.ts";
import { isFor } from "./definitions.ts";

/** A module that is to run, and the moduleset that brought it. */
export interface ModuleWork {
  readonly name: string;
  readonly isAutofix: boolean;
  /** Undefined for a module that somebody named. */
  readonly moduleset: string | undefined;
}

/** What a run consists of: modules, each of them once, and what they are told. */
export interface Work {
  readonly modules: readonly ModuleWork[];
  readonly rules: readonly Rule[];
  /** The sum by which the collector knows its rulesets; empty for local ones. */
  readonly md5: string;
}

export const NO_WORK: Work = { modules: [], rules: [], md5: "" };

/** What is attached by name. */
export interface Attached {
  readonly modulesets: readonly string[];
  readonly rulesets: readonly string[];
}

/** The modulesets that are named, and those that belong to them, each once, as far as they are for the target. */
export function expandModulesets(
  { modulesets }: Definitions,
  names: readonly string[],
  target: Target,
): readonly Moduleset[] {
  const found = new Map<string, Moduleset>();
  const visit = (name: string): void => {
    const moduleset = modulesets.get(name);
    if (moduleset === undefined || found.has(name) || !isFor(moduleset, target)) return;
    found.set(name, moduleset);
    for (const member of moduleset.modulesets) visit(member);
  };
  names.forEach(visit);
  return [...found.values()];
}

/** The rulesets that count: those of the modulesets, then those that are attached, which win. */
export function rulesetsFor(
  definitions: Definitions,
  modulesets: readonly Moduleset[],
  { rulesets }: Attached,
  target: Target,
): readonly Ruleset[] {
  const names = [...modulesets.flatMap((moduleset) => moduleset.rulesets), ...rulesets];
  const last = names.filter((name, index) => names.lastIndexOf(name) === index);
  return last.flatMap((name) => definitions.rulesets.get(name) ?? []).filter((each) => isFor(each, target));
}

/** What the local definitions bring: the modulesets chosen, or those attached, and the rulesets with them. */
export function localWork(
  definitions: Definitions,
  attached: Attached,
  chosen: readonly string[] | undefined,
  target: Target,
): Work {
  const modulesets = expandModulesets(definitions, chosen ?? attached.modulesets, target);
  const modules = modulesets.flatMap(({ name: moduleset, modules }) =>
    modules.map(({ name, isAutofix }): ModuleWork => ({ name, isAutofix, moduleset }))
  );
  const rules = rulesetsFor(definitions, modulesets, attached, target).flatMap((ruleset) => ruleset.rules);
  return { modules: onceEach(modules), rules, md5: "" };
}

/** Two sources together; rules of the later one win. */
export function mergeWork(first: Work, second: Work): Work {
  return {
    modules: onceEach([...first.modules, ...second.modules]),
    rules: [...first.rules, ...second.rules],
    md5: first.md5 || second.md5,
  };
}

/** The same with these modules alone, marked as far as a moduleset marks them. */
export function onlyModules(work: Work, names: readonly string[]): Work {
  const known = new Map(work.modules.map((module) => [module.name, module]));
  const modules = [...new Set(names)].map((name) =>
    known.get(name) ?? { name, isAutofix: false, moduleset: undefined }
  );
  return { ...work, modules };
}

/** A module that several modulesets have runs once; it mends when one of them says so. */
function onceEach(modules: readonly ModuleWork[]): ModuleWork[] {
  const found = new Map<string, ModuleWork>();
  for (const module of modules) {
    const known = found.get(module.name);
    const isAutofix = module.isAutofix || known?.isAutofix === true;
    found.set(module.name, { ...(known ?? module), isAutofix });
  }
  return [...found.values()];
}
