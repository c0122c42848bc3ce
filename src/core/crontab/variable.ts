/** A line that sets a variable for the lines after it. */
export interface CrontabVariable {
  readonly name: string;
  readonly value: string;
}

const VARIABLE_REGEXP = /^(?:"([^"]*)"|'([^']*)'|([^\s="']+))[ \t]*=[ \t]*(.*)$/;

/**
 * Reads `NAME=value`, either side in quotes or not; undefined when the line is none, such as one with times.
 *
 * Nothing in the value is replaced: `$HOME` stays as it is, as in cron.
 */
export function readVariable(line: string): CrontabVariable | undefined {
  const match = VARIABLE_REGEXP.exec(line.trim());
  if (!match) return undefined;
  const [, double, single, bare, rest = ""] = match;
  const value = readValue(rest);
  return value === undefined ? undefined : { name: double ?? single ?? bare!, value };
}

/** A quote that opens the value must close it. */
function readValue(text: string): string | undefined {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  return text.length > 1 && text.indexOf(quote, 1) === text.length - 1 ? text.slice(1, -1) : undefined;
}
