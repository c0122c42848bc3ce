import { applyAssignment, type Assignment, type KeyName } from "../../core/config/assignment.ts";
import type { Configuration } from "../../core/config/configuration.ts";
import { setOption, unsetOption } from "../../core/config/edit.ts";
import { NotFoundError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import type { Agent } from "../agent.ts";
import { configure } from "../load.ts";
import { changeConfigs, type ConfigChange, type ConfigEdit, type Note } from "./change.ts";

const FIXED_SECTIONS: ReadonlySet<string> = new Set(["DEFAULT", "env", "labels", "data"]);

/** Sets options of one or several configurations, all of them or none. */
export function setKeys(
  agent: Agent,
  paths: readonly ObjectPath[],
  assignments: readonly Assignment[],
): Promise<readonly ConfigChange[]> {
  return changeConfigs(agent, paths, {
    action: "set",
    edit: (text, path) => assign(agent, path, text, assignments),
  });
}

/** Removes options; one that is not set is no error. */
export function unsetKeys(
  agent: Agent,
  paths: readonly ObjectPath[],
  names: readonly KeyName[],
): Promise<readonly ConfigChange[]> {
  return changeConfigs(agent, paths, {
    action: "unset",
    edit(text, path) {
      const configuration = configure(agent, path, text);
      const keys = names.flatMap((name) => expandGroup(configuration, name));
      const present = keys.filter(({ section, key }) => configuration.raw(section, key) !== undefined);
      const edited = keys.reduce((current, { section, key }) => unsetOption(current, section, key), text);
      return editOf(edited, present, "remove");
    },
  });
}

/** Applies assignments to a text, one after the other: a later one sees what an earlier one did. */
export function assign(
  agent: Agent,
  path: ObjectPath,
  text: string,
  assignments: readonly Assignment[],
): ConfigEdit {
  const touched: KeyName[] = [];
  let current = text;
  for (const assignment of assignments) {
    const configuration = configure(agent, path, current);
    for (const { section, key } of expandGroup(configuration, assignment)) {
      const old = configuration.raw(section, key);
      const value = applyAssignment(assignment, old ?? implied(configuration, { section, key }, assignment));
      if (value === old) continue;
      current = setOption(current, section, key, value);
      touched.push({ section, key });
    }
  }
  return editOf(current, touched, "set");
}

/** A word is added to the list that counts without the line: `nodes+=n2` keeps this node. */
function implied(
  configuration: Configuration,
  { section, key }: KeyName,
  { operator }: Assignment,
): string | undefined {
  return operator === "=" ? undefined : configuration.keywordOf(section, key)?.default;
}

/** A group stands for all its resources; throws `NotFoundError` when there is none. */
function expandGroup(configuration: Configuration, { section, key }: KeyName): readonly KeyName[] {
  const isLiteral = section.includes("#") || FIXED_SECTIONS.has(section) ||
    configuration.document.sections.has(section);
  if (isLiteral) return [{ section, key }];
  const rids = configuration.rids.filter((rid) => rid.startsWith(`${section}#`));
  if (rids.length > 0) return rids.map((rid) => ({ section: rid, key }));
  const name = formatObjectPath(configuration.path);
  const groups = [...new Set(configuration.rids.map((rid) => rid.slice(0, rid.indexOf("#"))))];
  const existing = ["DEFAULT", "env", "labels", ...groups].join(", ");
  throw new NotFoundError(
    `Cannot find ${section}.${key} in ${name}: there is no resource ${section}#…, expected one of ${existing}`,
  );
}

/** Values stay out of the log: they may be secret. */
function editOf(text: string, keys: readonly KeyName[], verb: "set" | "remove"): ConfigEdit {
  const names = [...new Set(keys.map(({ section, key }) => `${section}.${key}`))];
  const notes: Note[] = names.map((name) => ({ message: `${verb} ${name}` }));
  return { text, touched: new Set(names), notes };
}
