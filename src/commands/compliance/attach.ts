import { attach, detach } from "../../actions/compliance/attach.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import type { Attached } from "../../core/compliance/work.ts";
import type { System } from "../../ports.ts";
import { agentFor } from "../context.ts";
import { MODULESET_FLAG, namesOf, RULESET_FLAG } from "./names.ts";
import { forEach, subjectsFor } from "./subjects.ts";

const KINDS = ["moduleset", "ruleset"] as const;

/** `agent SELECTOR compliance attach`, or `agent node compliance attach`. */
export function attachCommand(scope: "service" | "node"): CommandSpec {
  return {
    ...common(scope, "attach"),
    summary: `${scope} compliance: attach modulesets and rulesets`,
    details:
      "What a local file has is attached on this node; any other name is attached at the collector, where there is one. " +
      "The keywords comp_modulesets and comp_rulesets attach, too, wherever the configuration goes.",
    run: (invocation, system) => change(invocation, system, attach),
  };
}

/** `agent SELECTOR compliance detach`, or `agent node compliance detach`. */
export function detachCommand(scope: "service" | "node"): CommandSpec {
  return {
    ...common(scope, "detach"),
    summary: `${scope} compliance: detach modulesets and rulesets`,
    details:
      "The name all stands for everything that is attached. What a keyword attaches is detached in the file.",
    run: (invocation, system) => change(invocation, system, detach),
  };
}

function common(
  scope: "service" | "node",
  verb: "attach" | "detach",
): Omit<CommandSpec, "summary" | "details" | "run"> {
  const who = scope === "node" ? "node" : "testmd";
  return {
    words: scope === "node" ? ["node", "compliance", verb] : ["compliance", verb],
    scope,
    flags: [MODULESET_FLAG, RULESET_FLAG],
    positional: { name: "KIND", text: "moduleset or ruleset", choices: KINDS, isOptional: true },
    examples: [
      { command: `agent ${who} compliance ${verb} --moduleset base`, text: "a moduleset" },
      {
        command: `agent ${who} compliance ${verb} --moduleset base,web --ruleset sshd`,
        text: "two modulesets and a ruleset",
      },
    ],
  };
}

async function change(
  invocation: Invocation,
  system: System,
  work: typeof attach,
): Promise<number> {
  const names = wantedOf(invocation);
  const agent = agentFor(invocation, system);
  return await forEach(system, subjectsFor(agent, invocation), async (subject) => {
    await work(agent, subject, names);
    return 0;
  });
}

/** OpenSVC has the kind as a word before the flag of the same name. */
function wantedOf({ flags, positionals: [kind], command }: Invocation): Attached {
  const names = { modulesets: namesOf(flags, "moduleset") ?? [], rulesets: namesOf(flags, "ruleset") ?? [] };
  const action = command.words.join(" ");
  const wanted = KINDS.filter((each) => kind === undefined || each === kind);
  if (wanted.every((each) => names[`${each}s`].length === 0)) {
    throw new UsageError(
      `Cannot ${action}: no name is given, expected ${wanted.map((each) => `--${each}`).join(" or ")}`,
    );
  }
  const surplus = KINDS.find((each) => !wanted.includes(each) && names[`${each}s`].length > 0);
  if (surplus !== undefined) {
    throw new UsageError(`Cannot ${action} ${kind} with --${surplus}: expected --${kind} alone`);
  }
  return names;
}
