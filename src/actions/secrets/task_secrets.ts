import type { Variables } from "../../core/process/environment.ts";
import type { Mask } from "../../core/secrets/mask.ts";
import { describeValueError } from "../../core/secrets/stored_value.ts";
import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { Bytes } from "../../ports.ts";
import type { Refused } from "../run/preparation/prepare.ts";
import type { TaskRun } from "../run/task_run.ts";
import type { LocatedValue } from "./locate.ts";
import { locateObjects, ObjectProblem } from "./locate.ts";
import { createOpener } from "./open.ts";
import type { SecretFiles } from "./secret_files.ts";
import { secretFolder } from "./secret_files.ts";

/** What a command gets from objects. */
export interface TaskSecrets extends SecretFiles {
  /** From `configs_environment`, `secrets_environment` and `secret_files`; a later source wins. */
  readonly variables: readonly Variables[];
  /** Variables of which no value is ever shown. */
  readonly secretNames: ReadonlySet<string>;
  /** How many values were read. */
  readonly count: number;
}

/** What the kernel takes as one variable, its name and its end included. */
const MAX_VARIABLE = 131_072;

/** Whoever starts a command that may name objects. */
export type SecretReader = Pick<TaskRun, "agent" | "instance" | "sessionId"> & {
  readonly resource: Pick<TaskRun["resource"], "rid">;
  readonly request: Pick<TaskRun["request"], "environment">;
};

type SecretKeywords = Pick<
  TaskSettings,
  "configsEnvironment" | "secretsEnvironment" | "secretFiles" | "environment"
>;

/**
 * Reads everything that a task names in `cfg` and `sec` objects, and lets the mask know what must not be shown; says
 * why when anything is missing, because no task runs without its secret.
 */
export async function readTaskSecrets(
  run: SecretReader,
  settings: SecretKeywords,
  mask: Mask,
): Promise<TaskSecrets | Refused> {
  try {
    return await read(run, settings, mask);
  } catch (error) {
    if (error instanceof ObjectProblem) return { refusal: error.message, code: error.code };
    throw error;
  }
}

async function read(run: SecretReader, settings: SecretKeywords, mask: Mask): Promise<TaskSecrets> {
  const { agent, instance, resource: { rid }, request, sessionId } = run;
  const { configs, secrets, files } = locateObjects(run, settings);
  const open = createOpener(agent);
  const opened = async ({ stored, what }: LocatedValue, keyword: string): Promise<Bytes> => {
    try {
      return await open(stored);
    } catch (error) {
      throw new ObjectProblem(`Cannot use ${keyword}: ${what}: ${describeValueError(error)}`);
    }
  };
  const contents = new Map<string, Bytes>();
  for (const file of files) contents.set(file.name, await opened(file, "secret_files"));
  for (const bytes of contents.values()) mask.add(new TextDecoder().decode(bytes));
  const texts = async (values: readonly LocatedValue[], keyword: string) => {
    const variables: Record<string, string> = {};
    for (const value of values) {
      variables[value.name] = textOf(await opened(value, keyword), value, keyword);
    }
    return variables;
  };
  const secretVariables = await texts(secrets, "secrets_environment");
  const secretNames = new Set(Object.keys(secretVariables));
  hide(mask, secretVariables, secretNames);
  hide(mask, request.environment, secretNames);
  hide(mask, wordsToVariables(settings.environment), secretNames);
  const folder = secretFolder(agent.folders, { sessionId, path: instance.name, rid });
  const paths = Object.fromEntries([...contents.keys()].map((name) => [name, `${folder}/${name}`]));
  return {
    variables: [await texts(configs, "configs_environment"), secretVariables, paths],
    files: contents,
    folder,
    secretNames,
    count: configs.length + secrets.length + files.length,
  };
}

/** Whoever gives a variable of a secret's name another value, gives a secret. */
function hide(mask: Mask, variables: Variables, names: ReadonlySet<string>): void {
  for (const name of names) mask.add(variables[name] ?? "");
}

/** What is no `NAME=value` is refused later. */
function wordsToVariables(words: readonly string[]): Variables {
  return Object.fromEntries(words.map((word) => [word.split("=", 1)[0]!, word.slice(word.indexOf("=") + 1)]));
}

function textOf(bytes: Bytes, { name, what }: LocatedValue, keyword: string): string {
  const refuse = (problem: string) => new ObjectProblem(`Cannot use ${keyword}: ${what}: ${problem}`);
  if (name.length + bytes.length + 2 > MAX_VARIABLE) {
    throw refuse("it is too long for a variable, expected 128 KiB at most");
  }
  if (bytes.includes(0)) throw refuse("it holds a NUL character, which no variable can");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse("it is no UTF-8 text, expected one for a variable");
  }
}
