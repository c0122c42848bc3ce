import { type KeyRow, listKeys, storePath } from "../../actions/secrets/store.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { type Column, writeRows } from "../../cli/output.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { forEachPath } from "../config/each.ts";

const FIELDS = ["path", "key", "form"] as const;
const PATH: Column<KeyRow> = { title: "path", cell: ({ path }) => path };
const COLUMNS: readonly Column<KeyRow>[] = [
  { title: "key", cell: ({ key }) => key },
  { title: "form", cell: ({ form }) => form },
];

/** `agent sec/NAME keys` */
export const KEYS: CommandSpec = {
  words: ["keys"],
  scope: "service",
  summary: "list the keys of cfg and sec objects",
  isData: true,
  flags: [],
  examples: [
    { command: "agent sec/db keys", text: "lists the keys and how their values are kept" },
    { command: "agent '*/sec/*' keys --format json", text: "lists those of every secret" },
  ],
  details:
    "The form is crypt, base64, literal, or bare for a value of a cfg object without a form. No value is shown.",
  run: list,
};

function list(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const { results, exitCode, isSingle } = forEachPath(
    agent,
    invocation,
    system,
    (path) => listKeys(agent, storePath(path)),
  );
  const view = { fields: FIELDS, columns: isSingle ? COLUMNS : [PATH, ...COLUMNS] };
  writeRows(system.terminal, results.flat(), view, invocation.flags.format);
  return Promise.resolve(exitCode);
}
