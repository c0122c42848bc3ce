import { isObjectPath } from "../naming/object_path.ts";
import { matchesGlob } from "../naming/glob.ts";
import { problemOfName } from "../process/environment.ts";

/** One word of `configs_environment`, `secrets_environment` or `secret_files`. */
export interface ObjectWord {
  /** The variable; absent when every key that matches gives a variable of its own name. */
  readonly name?: string;
  /** The name of the object, in the namespace of the service. */
  readonly object: string;
  /** One key; a glob of keys where there is no `name`. */
  readonly key: string;
}

/**
 * Reads `NAME=object/key` (one variable) or `object/glob` (one variable for each key that matches, under its own name).
 *
 * Throws `SyntaxError` for anything else, and for a name that no command can be given.
 *
 * @example
 * ```ts
 * parseObjectWord("PASSWORD=db/admin/password"); // { name: "PASSWORD", object: "db", key: "admin/password" }
 * ```
 */
export function parseObjectWord(word: string): ObjectWord {
  const [, name, object = "", key = ""] = /^(?:([^=/]*)=)?([^/]*)\/(.+)$/s.exec(word) ?? [];
  if (key === "") throw unreadable(word, "expected NAME=object/key or object/glob");
  if (!isObjectPath({ namespace: "root", kind: "sec", name: object })) {
    throw unreadable(word, "what comes before the slash is no name of an object");
  }
  if (name === undefined) {
    refuseBadGlob(word, key);
    return { object, key };
  }
  const problem = problemOfName(name);
  if (problem !== undefined) throw unreadable(word, problem.replace(/^Cannot set /, ""));
  return { name, object, key };
}

/** Reads `NAME=object/key`: the variable gets the path of a file with the value. Throws `SyntaxError`. */
export function parseFileWord(word: string): ObjectWord & { readonly name: string } {
  const { name, object, key } = parseObjectWord(word);
  if (name === undefined) throw unreadable(word, "expected NAME=object/key");
  return { name, object, key };
}

function refuseBadGlob(word: string, glob: string): void {
  try {
    matchesGlob("", glob);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadable(word, error.message.replace(/^Cannot read /, ""));
  }
}

/** Somebody may have written the secret itself there: what follows the name is not shown. */
function unreadable(word: string, problem: string): SyntaxError {
  const shown = word.includes("=") ? `${word.split("=", 1)[0]}=…` : word;
  return new SyntaxError(`Cannot read the word "${shown}": ${problem}`);
}
