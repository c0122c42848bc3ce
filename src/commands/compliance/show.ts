import { listModules, listSets } from "../../actions/compliance/list.ts";
import { attachedModules, lastResults, rulesShown } from "../../actions/compliance/show.ts";
import type { Subject } from "../../actions/compliance/subject.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import type { View } from "../../cli/output.ts";
import { writeRows } from "../../cli/output.ts";
import type { Agent } from "../../actions/agent.ts";
import type { System } from "../../ports.ts";
import { agentFor, pathsFor } from "../context.ts";
import { forEach, subjectsFor } from "./subjects.ts";
import { ATTACHED_VIEW, MODULE_VIEW, RESULT_VIEW, RULE_VIEW, SET_VIEW } from "./views.ts";

const SHOWN = ["status", "moduleset", "ruleset"] as const;
const LISTED = ["module", "moduleset", "ruleset"] as const;

/** `agent SELECTOR compliance show WHAT`, or `agent node compliance show WHAT`. */
export function showCommand(scope: "service" | "node"): CommandSpec {
  const [who, words] = scope === "node"
    ? ["node", ["node", "compliance", "show"] as const] as const
    : ["testmd", ["compliance", "show"] as const] as const;
  return {
    words,
    scope,
    summary: `${scope} compliance: show the last results, the attached modules, or what they are told`,
    isData: true,
    flags: [],
    positional: {
      name: "WHAT",
      text: "status, moduleset or ruleset",
      choices: SHOWN,
      isOptional: true,
    },
    examples: [
      { command: `agent ${who} compliance show status`, text: "what came out last, module by module" },
      { command: `agent ${who} compliance show moduleset`, text: "what compliance auto would run" },
      { command: `agent ${who} compliance show ruleset`, text: "the variables that modules would find" },
    ],
    details:
      "Without a word it is status, whose data have the fields of compliance check. Fields of moduleset: path, moduleset, " +
      "module, autofix; of ruleset: path, rule, variable, value.",
    run: (invocation, system) => show(invocation, system),
  };
}

async function show(invocation: Invocation, system: System): Promise<number> {
  const agent = agentFor(invocation, system);
  const what = SHOWN.find((word) => word === invocation.positionals[0]) ?? "status";
  switch (what) {
    case "status":
      return await showRows(invocation, system, agent, RESULT_VIEW, (subject) => lastResults(agent, subject));
    case "moduleset":
      return await showRows(
        invocation,
        system,
        agent,
        ATTACHED_VIEW,
        (subject) => attachedModules(agent, subject),
      );
    case "ruleset":
      return await showRows(invocation, system, agent, RULE_VIEW, (subject) => rulesShown(agent, subject));
  }
}

async function showRows<Row extends object>(
  invocation: Invocation,
  system: System,
  agent: Agent,
  view: View<Row>,
  rowsOf: (subject: Subject) => readonly Row[] | Promise<readonly Row[]>,
): Promise<number> {
  const rows: Row[] = [];
  const exitCode = await forEach(system, subjectsFor(agent, invocation), async (subject) => {
    rows.push(...await rowsOf(subject));
    return 0;
  });
  writeRows(system.terminal, rows, view, invocation.flags.format);
  return exitCode;
}

/** `agent SELECTOR compliance list WHAT`, or `agent node compliance list WHAT`. */
export function listCommand(scope: "service" | "node"): CommandSpec {
  const [who, words] = scope === "node"
    ? ["node", ["node", "compliance", "list"] as const] as const
    : ["testmd", ["compliance", "list"] as const] as const;
  return {
    words,
    scope,
    summary: `${scope} compliance: list the modules, modulesets or rulesets that there are`,
    isData: true,
    flags: [],
    positional: { name: "WHAT", text: "module, moduleset or ruleset", choices: LISTED },
    examples: [
      {
        command: `agent ${who} compliance list module`,
        text: "programs of this node, and what is wrong with them",
      },
      {
        command: `agent ${who} compliance list moduleset`,
        text: "what can be attached; reads and checks all files",
      },
    ],
    details:
      "Fields of module: module, order, entry, program, problem; of moduleset and ruleset: name, source (local, " +
      "collector), file, line, members.",
    run: (invocation, system) => list(invocation, system),
  };
}

async function list(invocation: Invocation, system: System): Promise<number> {
  const { flags: { format }, positionals: [what], command } = invocation;
  const agent = agentFor(invocation, system);
  // What there is does not depend on the service, but it has to be one.
  if (command.scope === "service") pathsFor(agent, invocation);
  if (what === "module") writeRows(system.terminal, listModules(agent), MODULE_VIEW, format);
  else {
    const kind = what === "ruleset" ? "ruleset" : "moduleset";
    writeRows(system.terminal, await listSets(agent, kind), SET_VIEW, format);
  }
  return 0;
}
