import { problemOfName } from "../process/environment.ts";
import type { Rule } from "./definitions.ts";

/** The longest that one variable of a process may be, with its name, in bytes: the kernel takes no more. */
const MAX_VARIABLE_BYTES = 128 * 1024 - 64;

/** Spells the name of a rule as modules read it; undefined when no variable can have that name. */
export function variableOf(rule: string): string | undefined {
  const name = `OSVC_COMP_${spell(rule)}`;
  return rule === "" || problemOfName(name) !== undefined ? undefined : name;
}

/** Upper case, and an underscore for each blank, dash and period. */
function spell(name: string): string {
  return name.toUpperCase().replaceAll(/[-\s.]/g, "_");
}

/** The variables of rules, and those that cannot be handed on, in words. */
export interface RuleVariables {
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Turns rules into variables of a process; of the same variable the last one counts. */
export function ruleVariables(rules: readonly Rule[]): RuleVariables {
  const variables: Record<string, string> = {};
  const problems: string[] = [];
  for (const [rule, value] of rules) {
    const name = variableOf(rule);
    const text = value ?? "None";
    if (name === undefined) problems.push(`the rule ${rule} is left out: no variable can have that name`);
    else if (text.includes("\0")) {
      problems.push(`the rule ${rule} is left out: its value holds a NUL character`);
    } else if (new TextEncoder().encode(text).length + name.length > MAX_VARIABLE_BYTES) {
      problems.push(`the rule ${rule} is left out: its value is longer than the 128 KiB of a variable`);
    } else variables[name] = text;
  }
  return { variables, problems };
}

/** What modules are told of the service that they look at. */
export interface ServiceFacts {
  readonly name: string;
  readonly path: string;
  readonly namespace: string;
  /** The section `[env]`, with references replaced. */
  readonly env: readonly Rule[];
}

/** The same as rules, so that they become variables in the same way. */
export function serviceRules({ name, path, namespace, env }: ServiceFacts): readonly Rule[] {
  return [
    ["SVC_NAME", name],
    ["SVC_PATH", path],
    ["SVC_NAMESPACE", namespace],
    ...env.map(([key, value]): Rule => [`SVC_CONF_ENV_${key}`, value]),
  ];
}
