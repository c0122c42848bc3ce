import { toBoolean } from "../../core/convert.ts";
import type { Configuration } from "../../core/config/configuration.ts";
import { setOption, unsetOption } from "../../core/config/edit.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import type { Agent } from "../agent.ts";
import { configure } from "../load.ts";
import { changeConfigs, type ConfigChange, type ConfigEdit, type Note } from "./change.ts";

const OPTION = "disable";

/** What to enable or disable in one configuration: resources, or `DEFAULT` for the whole. */
export interface DisableTarget {
  readonly path: ObjectPath;
  readonly sections: readonly string[];
}

/**
 * Disables or enables on this node: the plain `disable` line, and a scoped one when that is what counts here. Lines for
 * other nodes stay.
 */
export async function setDisabled(
  agent: Agent,
  targets: readonly DisableTarget[],
  isDisabled: boolean,
): Promise<readonly ConfigChange[]> {
  const sectionsOf = new Map(targets.map(({ path, sections }) => [path, sections]));
  return await changeConfigs(agent, [...sectionsOf.keys()], {
    action: isDisabled ? "disable" : "enable",
    isSaid: true,
    edit: (text, path) => editSections(agent, path, text, sectionsOf.get(path)!, isDisabled),
  });
}

function editSections(
  agent: Agent,
  path: ObjectPath,
  text: string,
  sections: readonly string[],
  isDisabled: boolean,
): ConfigEdit {
  const notes: Note[] = [];
  const touched = new Set<string>();
  let current = text;
  for (const section of sections) {
    for (;;) {
      const key = keyToChange(configure(agent, path, current), section, isDisabled);
      if (key === undefined) break;
      current = isDisabled ? setOption(current, section, key, "true") : unsetOption(current, section, key);
      const message = isDisabled ? `set ${section}.${key} = true` : `remove ${section}.${key}`;
      notes.push(section === "DEFAULT" ? { message } : { message, rid: section });
      touched.add(`${section}.${key}`);
    }
  }
  return { text: current, touched, notes };
}

/** The plain key, then every scoped one that would still win on this node; undefined when all is as wanted. */
function keyToChange(configuration: Configuration, section: string, isDisabled: boolean): string | undefined {
  const plain = configuration.raw(section, OPTION);
  const isPlainRight = isDisabled ? plain !== undefined && readBoolean(plain) === true : plain === undefined;
  if (!isPlainRight) return OPTION;
  const winner = winnerOf(configuration, section);
  return winner !== undefined && winner.isDisabled !== isDisabled ? winner.key : undefined;
}

/** The scoped line that counts on this node; undefined when the plain one does. */
function winnerOf(
  configuration: Configuration,
  section: string,
): { readonly key: string; readonly isDisabled: boolean | undefined } | undefined {
  const options = configuration.document.sections.get(section)?.options ?? [];
  const found = configuration.find(section, OPTION);
  const line = options.find((option) => option.line === found?.line);
  if (line === undefined || line.key === OPTION) return undefined;
  return { key: line.key, isDisabled: readBoolean(found?.text ?? "") };
}

/** A value that cannot be read is neither, and is replaced or removed. */
function readBoolean(text: string): boolean | undefined {
  try {
    return toBoolean(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
