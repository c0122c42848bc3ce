import type { Rule } from "./definitions.ts";
import { isComplianceName } from "./module_entry.ts";
import type { ModuleWork, Work } from "./work.ts";

/** The ruleset and the variable in which the collector says the sum of all rulesets. */
const MD5_PLACE = ["osvc_collector", "ruleset_md5"] as const;

/**
 * Reads what the collector says that a target needs; with `chosen`, only the modules of those modulesets, and of the ones
 * that belong to them. Throws `SyntaxError` when the answer cannot be understood.
 */
export function collectorWork(reply: unknown, chosen?: readonly string[]): Work {
  const { modulesets, rulesets, modset_relations: relations = {} } = objectOf(reply, "the answer");
  const wanted = chosen && withMembers(chosen, objectOf(relations, "modset_relations"));
  const rules: Rule[] = [];
  let md5 = "";
  for (const [name, ruleset] of Object.entries(objectOf(rulesets, "rulesets"))) {
    for (const rule of rulesOf(ruleset, name)) {
      if (name === MD5_PLACE[0] && rule[0] === MD5_PLACE[1]) md5 = rule[1] ?? "";
      rules.push(rule);
    }
  }
  const named = Object.entries(objectOf(modulesets, "modulesets"))
    .filter(([moduleset]) => wanted === undefined || wanted.has(moduleset));
  const modules = named.flatMap(([moduleset, members]) =>
    listOf(members, `moduleset ${moduleset}`).map((member) => moduleOf(member, moduleset))
  );
  return { modules, rules, md5 };
}

function withMembers(chosen: readonly string[], relations: Readonly<Record<string, unknown>>): Set<string> {
  const found = new Set(chosen);
  // A set goes on with what is added to it meanwhile.
  for (const name of found) {
    const members = relations[name];
    if (!Array.isArray(members)) continue;
    for (const member of members) if (typeof member === "string") found.add(member);
  }
  return found;
}

function moduleOf(member: unknown, moduleset: string): ModuleWork {
  const [name, isAutofix] = Array.isArray(member) ? member : [];
  if (typeof name !== "string" || !isComplianceName(name)) {
    throw notUnderstood(`moduleset ${moduleset} has a module without a name that could be one`);
  }
  // Older collectors say T and F.
  return { name, isAutofix: isAutofix === true || isAutofix === "T", moduleset };
}

function rulesOf(ruleset: unknown, name: string): Rule[] {
  const { vars = [] } = objectOf(ruleset, `ruleset ${name}`);
  return listOf(vars, `ruleset ${name}`).map((rule) => {
    const [key, value] = Array.isArray(rule) ? rule : [];
    if (typeof key !== "string") throw notUnderstood(`ruleset ${name} has a variable without a name`);
    return [key, textOf(value)];
  });
}

/** Modules read text: what is a structure in the answer is handed on as JSON. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  // Languages without a difference between the two say an empty list for an empty object.
  if (Array.isArray(value) && value.length === 0) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw notUnderstood(`${what} is no object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw notUnderstood(`${what} holds no list`);
}

function notUnderstood(problem: string): SyntaxError {
  return new SyntaxError(`Cannot understand the collector: ${problem}`);
}
