import { quote } from "../process/quote.ts";

/** What the small programs for modules are made of. */
export interface ToolFacts {
  /** How to start the agent. */
  readonly self: readonly string[];
  /** What tells the agent where its files are, and who it is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Older modules name a keyword by `--param X --value Y`, where the agent has `--kw X=Y`. */
const OLDER = `
older() {
  param='' value='' left=$#
  while [ $left -gt 0 ]; do
    word=$1 left=$((left - 1)); shift
    case "$word" in
      --param|--value) said=''; [ $left -eq 0 ] || { said=$1 left=$((left - 1)); shift; } ;;
      --param=*|--value=*) said=\${word#*=} ;;
      *) set -- "$@" "$word"; continue ;;
    esac
    case "$word" in --param*) param=$said ;; *) value="=$said" ;; esac
  done
  [ -z "$param" ] || set -- "$@" --kw "$param$value"
  exec $agent "$@"
}`.trim();

/** Modules call the agent by the names of OpenSVC: `nodemgr ACTION`, `svcmgr -s SERVICE ACTION`, `om SERVICE ACTION`. */
const BODIES: Readonly<Record<string, string>> = {
  om: `
${OLDER}
case "\${2-}" in get|set|unset|eval) older "$@" ;; esac
exec $agent "$@"`.trim(),
  nodemgr: `exec $agent node "$@"`,
  svcmgr: `
${OLDER}
selector=
case "\${1-}" in
  -s|--service) selector=\${2-}; shift; [ $# -eq 0 ] || shift ;;
  --service=*) selector=\${1#*=}; shift ;;
  -s?*) selector=\${1#-s}; shift ;;
esac
[ -n "$selector" ] || exec $agent "$@"
case "\${1-}" in get|set|unset|eval) older "$selector" "$@" ;; esac
exec $agent "$selector" "$@"`.trim(),
};

/** The names of the programs. */
export const TOOL_NAMES: readonly string[] = Object.keys(BODIES);

/** The text of one of the programs, for `/bin/sh`. */
export function toolText(name: string, { self, environment }: ToolFacts): string {
  const variables = Object.entries(environment).map(([key, value]) =>
    `${key}=${quote(value)}; export ${key}`
  );
  const body = BODIES[name]!.replaceAll("$agent", () => self.map(quote).join(" "));
  return ["#!/bin/sh", "# Written by the agent, for compliance modules.", ...variables, body, ""].join("\n");
}
