import { describeUnset, type KeyValue, readKey } from "../../actions/config/get.ts";
import type { ConfigFile } from "../../actions/config/open.ts";
import type { Invocation } from "../../cli/command.ts";
import { type Column, writeRows } from "../../cli/output.ts";
import { exitCodeFor } from "../../cli/exit_code.ts";
import { type KeyName, parseKeyName } from "../../core/config/assignment.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { openEach } from "./each.ts";
import { keywordsOf } from "./keyword_flags.ts";
import { readingWords } from "./remarks.ts";

const FIELDS = ["path", "keyword", "value"] as const;
const PATH: Column<KeyValue> = { title: "path", cell: ({ path }) => path };
const KEYWORD: Column<KeyValue> = { title: "keyword", cell: ({ keyword }) => keyword };
const VALUE: Column<KeyValue> = { title: "value", cell: ({ value }) => value ?? "-" };

/** Prints values of keywords, as they are written or as the node sees them: what `get` and `eval` share. */
export function readValues(invocation: Invocation, system: System, isEvaluated: boolean): Promise<number> {
  const agent = agentFor(invocation, system);
  const names = keywordsOf(invocation).map((word) => readingWords(() => parseKeyName(word)));
  const { results, exitCode, isSingle } = openEach(agent, invocation, system);
  const read = readAll(results, names, isEvaluated, system, isSingle);
  write(invocation, system, read.rows, isSingle);
  const unset = read.rows.find(({ value }) => value === null);
  if (unset && read.rows.every(({ value }) => value === null)) {
    const { file, name } = read.first!;
    throw new NotFoundError(describeUnset(file, name));
  }
  return Promise.resolve(exitCode || read.exitCode);
}

interface Read {
  readonly rows: readonly KeyValue[];
  readonly exitCode: number;
  /** The first value that was asked for, for the words about nothing. */
  readonly first: { readonly file: ConfigFile; readonly name: KeyName } | undefined;
}

function readAll(
  files: readonly ConfigFile[],
  names: readonly KeyName[],
  isEvaluated: boolean,
  system: System,
  isSingle: boolean,
): Read {
  const rows: KeyValue[] = [];
  let exitCode = 0;
  for (const file of files) {
    for (const name of names) {
      try {
        rows.push(readKey(file, name, isEvaluated));
      } catch (error) {
        if (isSingle && names.length === 1 || !(error instanceof SyntaxError)) throw error;
        system.terminal.write("stderr", `agent: ${file.name}: ${error.message}\n`);
        exitCode ||= exitCodeFor(error);
      }
    }
  }
  const [file] = files;
  const [name] = names;
  return { rows, exitCode, first: file && name && { file, name } };
}

/** A single value is printed as it is, so that a script can use it. */
function write({ flags }: Invocation, system: System, rows: readonly KeyValue[], isSingle: boolean): void {
  const [only, ...others] = rows;
  if (flags.format !== "table") {
    writeRows(system.terminal, rows, { fields: FIELDS, columns: [] }, flags.format);
  } else if (isSingle && only && others.length === 0) {
    if (only.value !== null) system.terminal.write("stdout", `${only.value}\n`);
  } else {
    const columns = isSingle ? [KEYWORD, VALUE] : [PATH, KEYWORD, VALUE];
    writeRows(system.terminal, rows, { fields: FIELDS, columns }, "table");
  }
}
