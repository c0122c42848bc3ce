import { join } from "@std/path";
import type { Rule, Target } from "../../core/compliance/definitions.ts";
import { serviceRules } from "../../core/compliance/variables.ts";
import type { Attached } from "../../core/compliance/work.ts";
import { splitKey } from "../../core/config/scope.ts";
import { toWords } from "../../core/convert.ts";
import { parseDuration } from "../../core/duration.ts";
import { formatFileLine } from "../../core/log/format.ts";
import { readAttached } from "../../state/compliance.ts";
import { LogFile } from "../../state/log_file.ts";
import type { Warn } from "../../state/state_file.ts";
import type { Agent } from "../agent.ts";
import { NodeSettingError } from "../agent.ts";
import type { Session, Sink } from "../journal.ts";
import { Journal } from "../journal.ts";
import { journalFor } from "../journal_for.ts";
import type { Instance } from "../load.ts";
import { nodeValue } from "../node/value.ts";

/** What compliance is about: a service on this node, or the node itself. */
export type Subject = { readonly kind: "service"; readonly instance: Instance } | { readonly kind: "node" };

/** The node itself. */
export const NODE: Subject = { kind: "node" };

/** How people name it. */
export function nameOf(subject: Subject): string {
  return subject.kind === "node" ? "node" : subject.instance.name;
}

/** Where its state is. */
export function stateFolderOf(agent: Pick<Agent, "folders">, subject: Subject): string {
  return subject.kind === "node" ? join(agent.folders.var, "node") : subject.instance.stateFolder;
}

export function targetOf(agent: Pick<Agent, "node">, subject: Subject): Target {
  return {
    node: agent.node.name,
    service: subject.kind === "node" ? undefined : subject.instance.name,
  };
}

/** What the configuration attaches, by keyword. */
export function attachedByKeyword(agent: Pick<Agent, "node">, subject: Subject): Attached {
  const words = (option: "modulesets" | "rulesets"): readonly string[] =>
    subject.kind === "service"
      ? subject.instance.configuration.words("DEFAULT", `comp_${option}`)
      : toWords(nodeValue(agent, "compliance", option) ?? "");
  return { modulesets: words("modulesets"), rulesets: words("rulesets") };
}

/** Everything that is attached here, by keyword or by command, each once. */
export function attachedTo(agent: Agent, subject: Subject, warn?: Warn): Attached {
  const fixed = attachedByKeyword(agent, subject);
  const { modulesets, rulesets } = readAttached(agent.system.files, stateFolderOf(agent, subject), warn);
  return {
    modulesets: [...new Set([...fixed.modulesets, ...modulesets])],
    rulesets: [...new Set([...fixed.rulesets, ...rulesets])],
  };
}

const DEFAULT_TIMEOUT = "30m";

/** How long one call of a module may take, in seconds. */
export function timeoutOf(agent: Pick<Agent, "node">, subject: Subject): number {
  if (subject.kind === "service") {
    return subject.instance.configuration.duration("DEFAULT", "comp_timeout") ??
      parseDuration(DEFAULT_TIMEOUT, "s");
  }
  const text = nodeValue(agent, "compliance", "timeout") || DEFAULT_TIMEOUT;
  try {
    return parseDuration(text, "s");
  } catch {
    throw new NodeSettingError(
      `Cannot use [compliance] timeout of node.conf: "${text}" is not a valid value`,
    );
  }
}

/** What modules are told of the subject, as rules. */
export function rulesOf(subject: Subject): readonly Rule[] {
  if (subject.kind === "node") return [];
  const { path, name, configuration } = subject.instance;
  const keys = [...configuration.document.sections.get("env")?.byKey.keys() ?? []];
  const options = [...new Set(keys.map((key) => splitKey(key).option))];
  return serviceRules({
    name: path.name,
    path: name,
    namespace: path.namespace,
    env: options.flatMap((option): Rule[] => {
      const value = configuration.find("env", option)?.text;
      return value === undefined ? [] : [[option, value]];
    }),
  });
}

/** A journal of one run: to the log file of the service or of the node, and to whatever else is named. */
export function journalOf(
  agent: Agent,
  subject: Subject,
  session: Session,
  more: readonly Sink[] = [],
): Journal {
  const { clock } = agent.system;
  if (subject.kind === "service") {
    return journalFor(agent, { ...session, path: subject.instance.name }, more);
  }
  const file = new LogFile(agent.system.files, {
    file: join(agent.folders.log, "node.log"),
    format: (entry) => formatFileLine(entry, clock.timeZone(), agent.node.name),
  });
  const shown = agent.console ? [{ ...agent.console, isConsole: true }] : [];
  return new Journal(clock, session, [...shown, { log: file, level: agent.node.logLevel }, ...more]);
}
