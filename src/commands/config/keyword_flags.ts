import type { Invocation } from "../../cli/command.ts";
import type { FlagSpec } from "../../cli/flag_spec.ts";
import { UsageError } from "../../cli/usage_error.ts";

/** The flag that names keywords, with or without a value. */
export function keywordFlag(valueName: string, text: string): FlagSpec {
  return { name: "kw", kind: "strings", valueName, text };
}

/** The flag that looks at a configuration with the eyes of another node. */
export const IMPERSONATE_FLAG: FlagSpec = {
  name: "impersonate",
  kind: "string",
  valueName: "NODE",
  text: "evaluate as this node would",
};

/** What `--kw` says, then the words after the action; throws `UsageError` when there is nothing. */
export function keywordsOf({ command, flags, positionals }: Invocation): readonly string[] {
  const words = [...flags.strings("kw"), ...positionals];
  if (words.length > 0) return words;
  const name = command.words.join(" ");
  throw new UsageError(`Cannot ${name}: no keyword is given, expected --kw, such as --kw task#0.user`);
}
