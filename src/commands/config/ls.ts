import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { type View, writeRows } from "../../cli/output.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import { compareNatural } from "../../core/naming/natural_order.ts";
import type { System } from "../../ports.ts";
import { listObjects } from "../../state/objects.ts";
import { agentFor, pathsFor } from "../context.ts";

interface ObjectRow extends ObjectPath {
  /** As people write it. */
  readonly path: string;
}

const VIEW: View<ObjectRow> = {
  fields: ["path", "namespace", "kind", "name"],
  columns: [{ title: "path", cell: ({ path }) => path }],
  hasNoTitles: true,
};

/** `agent [SELECTOR] ls` */
export const LS: CommandSpec = {
  words: ["ls"],
  scope: "service",
  isSelectorOptional: true,
  summary: "list services",
  isData: true,
  flags: [],
  examples: [
    { command: "agent ls", text: "lists all services of this node, one a line" },
    { command: "agent 'db*+task:' ls", text: "lists those whose name starts with db and that have a task" },
    { command: "agent ls --format json", text: "lists them as JSON" },
  ],
  details:
    "Without a selector, services of all namespaces; other kinds are listed when the selector names them.",
  run: list,
};

function list(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const paths = invocation.selector === undefined
    ? listObjects(system.files, agent.folders).filter(({ kind }) => kind === "svc")
    : pathsFor(agent, invocation);
  const rows = paths.map((path) => ({ path: formatObjectPath(path), ...path }))
    .sort((a, b) => compareNatural(a.path, b.path));
  writeRows(system.terminal, rows, VIEW, invocation.flags.format);
  return Promise.resolve(0);
}
