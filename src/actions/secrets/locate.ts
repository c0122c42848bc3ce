import { ConfigSyntaxError } from "../../core/config/config_error.ts";
import type { IniSection } from "../../core/config/ini.ts";
import { parseIni } from "../../core/config/ini.ts";
import { matchesGlob } from "../../core/naming/glob.ts";
import { formatObjectPath } from "../../core/naming/object_path.ts";
import { problemOfName } from "../../core/process/environment.ts";
import type { StoredValue, StoreKind } from "../../core/secrets/stored_value.ts";
import { describeValueError, parseStoredValue } from "../../core/secrets/stored_value.ts";
import type { ObjectWord } from "../../core/secrets/words.ts";
import { parseFileWord, parseObjectWord } from "../../core/secrets/words.ts";
import { distrustSecrecy } from "../../core/trust.ts";
import { configPath } from "../../state/folders.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";

/** A value that a task names, as its object keeps it. */
export interface LocatedValue {
  /** The variable. */
  readonly name: string;
  /** For messages, such as `key password of sec/db`. */
  readonly what: string;
  readonly stored: StoredValue;
}

/** Everything that a task wants from objects of its namespace. */
export interface TaskObjects {
  readonly configs: readonly LocatedValue[];
  readonly secrets: readonly LocatedValue[];
  readonly files: readonly LocatedValue[];
}

/** Why a task cannot have what it names; a code of 3 means that the words of its keywords are wrong. */
export class ObjectProblem extends Error {
  constructor(message: string, readonly code: 1 | 3 = 1) {
    super(message);
  }
}

type Keywords = Pick<TaskSettings, "configsEnvironment" | "secretsEnvironment" | "secretFiles">;
type Where = { readonly agent: Pick<Agent, "configs" | "folders" | "system">; readonly instance: Instance };

/**
 * Finds what the keywords of a task name, decrypting nothing; throws `ObjectProblem` for an object or a key that is
 * missing, and for a file that must not be believed or that others may read.
 */
export function locateObjects(where: Where, settings: Keywords): TaskObjects {
  const { configsEnvironment, secretsEnvironment, secretFiles } = settings;
  return {
    configs: locate(where, "cfg", "configs_environment", configsEnvironment.map(readWord(parseObjectWord))),
    secrets: locate(where, "sec", "secrets_environment", secretsEnvironment.map(readWord(parseObjectWord))),
    files: locate(where, "sec", "secret_files", secretFiles.map(readWord(parseFileWord))),
  };
}

function readWord<T>(parse: (word: string) => T): (word: string) => T {
  return (word) => {
    try {
      return parse(word);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new ObjectProblem(error.message, 3);
    }
  };
}

function locate(
  where: Where,
  kind: StoreKind,
  keyword: string,
  words: readonly ObjectWord[],
): readonly LocatedValue[] {
  const sections = new Map<string, IniSection | undefined>();
  return words.flatMap((word) => {
    const cannot = `Cannot use ${keyword}`;
    const path = { namespace: where.instance.path.namespace, kind, name: word.object };
    const object = formatObjectPath(path);
    if (!sections.has(object)) sections.set(object, readData(where, path, cannot));
    const section = sections.get(object);
    return keysOf(section, word, { cannot, object }).map(([name, key]): LocatedValue => {
      const what = `key ${key} of ${object}`;
      try {
        return { name, what, stored: parseStoredValue(section?.byKey.get(key)?.value ?? "", kind) };
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        throw new ObjectProblem(`${cannot}: ${what}: ${describeValueError(error)}`);
      }
    });
  });
}

/** The section of the values. Scopes and references mean nothing in it: a value is what it is. */
function readData(
  { agent, instance }: Where,
  path: Instance["path"] & { readonly kind: StoreKind },
  cannot: string,
): IniSection | undefined {
  const object = formatObjectPath(path);
  const content = agent.configs.read(path);
  if (content.kind === "missing") {
    throw new ObjectProblem(`${cannot}: ${object} does not exist, expected it beside ${instance.name}`);
  }
  if (content.kind !== "text") throw new ObjectProblem(`${cannot}: ${object}: ${content.reason}`);
  const file = configPath(agent.folders, path);
  const doubt = path.kind === "sec"
    ? distrustSecrecy({ path: file, ...content.facts }, agent.system.users.self.uid)
    : undefined;
  if (doubt !== undefined) throw new ObjectProblem(`${cannot}: ${object}: ${doubt}`);
  try {
    return parseIni(content.text).sections.get("data");
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    // The message would show the line, and a line of this file may be a secret.
    throw new ObjectProblem(`${cannot}: ${object} cannot be read at line ${error.position.line}`);
  }
}

/** Variables with their keys. */
function keysOf(
  section: IniSection | undefined,
  { name, key }: ObjectWord,
  { cannot, object }: { readonly cannot: string; readonly object: string },
): readonly (readonly [name: string, key: string])[] {
  const all = [...section?.byKey.keys() ?? []];
  if (name !== undefined) {
    if (all.includes(key)) return [[name, key]];
    throw new ObjectProblem(`${cannot}: ${object} has no key ${key}`);
  }
  const found = all.filter((each) => matchesGlob(each, key));
  if (found.length === 0) throw new ObjectProblem(`${cannot}: ${object} has no key that matches ${key}`);
  const bad = found.map(problemOfName).find((problem) => problem !== undefined);
  if (bad !== undefined) {
    throw new ObjectProblem(`${cannot}: ${object}/${key}: ${bad.replace(/^Cannot set /, "")}`);
  }
  return found.map((each) => [each, each]);
}
