import { UsageError } from "../cli/usage_error.ts";

/** Reads `NAME=VALUE` words of `--env`; throws `UsageError` for one without a name. */
export function readVariables(words: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals < 1) throw new UsageError(`Cannot use --env "${word}": expected NAME=VALUE`);
    variables[word.slice(0, equals)] = word.slice(equals + 1);
  }
  return variables;
}
