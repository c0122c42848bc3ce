import type { CommandSpec } from "./command.ts";
import type { FlagSpec } from "./flag_spec.ts";
import { FORMATS } from "./flag_values.ts";

const FORMAT_FLAG: FlagSpec = {
  name: "format",
  kind: "choice",
  choices: FORMATS,
  default: "table",
  valueName: "FORMAT",
  text: "how data is printed",
};

const LOCAL_FLAG: FlagSpec = {
  name: "local",
  kind: "boolean",
  text: "accepted for compatibility, without effect: every action is local",
};

/** Flags that every command takes. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  {
    name: "color",
    kind: "choice",
    choices: ["auto", "always", "never"],
    default: "auto",
    valueName: "WHEN",
    text: "when to use colours; auto: on a terminal, unless NO_COLOR is set",
  },
  { name: "quiet", aliases: ["q"], kind: "boolean", text: "log errors only" },
  { name: "debug", kind: "boolean", text: "log everything, gates and stacks included" },
  {
    name: "root",
    kind: "string",
    valueName: "FOLDER",
    text: "keep etc, var, log and run below this folder, as AGENT_ROOT does",
  },
  { name: "help", aliases: ["h"], kind: "boolean", text: "show this help" },
];

/** Asked without a command. */
export const VERSION_FLAG: FlagSpec = {
  name: "version",
  kind: "boolean",
  text: "show the versions and leave",
};

/** The flags of one command without the global ones, in the order of its help. */
export function ownFlags(command: CommandSpec): readonly FlagSpec[] {
  return [
    ...command.flags,
    ...(command.isData ? [FORMAT_FLAG] : []),
    ...(command.scope === "service" ? [LOCAL_FLAG] : []),
  ];
}

/** Every flag that a command takes. */
export function allFlags(command: CommandSpec): readonly FlagSpec[] {
  return [...ownFlags(command), ...GLOBAL_FLAGS];
}
