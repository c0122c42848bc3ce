import { quote } from "../process/quote.ts";

/** What the small programs for modules are made of. */
export interface ToolFacts {
  /** How to start the agent. */
  readonly self: readonly string[];
  /** What tells the agent where its files are, and who it is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Modules call the agent by the names of OpenSVC: `nodemgr ACTION`, `svcmgr -s SERVICE ACTION`, `om SERVICE ACTION`. */
const BODIES: Readonly<Record<string, string>> = {
  om: `exec $agent "$@"`,
  nodemgr: `exec $agent node "$@"`,
  svcmgr: `
selector=
case "\${1-}" in
  -s|--service) selector=\${2-}; shift; [ $# -eq 0 ] || shift ;;
  --service=*) selector=\${1#*=}; shift ;;
  -s?*) selector=\${1#-s}; shift ;;
esac
if [ -n "$selector" ]; then exec $agent "$selector" "$@"; fi
exec $agent "$@"`.trim(),
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
