import type { Level } from "../core/log/entry.ts";
import type { Agent } from "../actions/agent.ts";
import { createAgent } from "../actions/agent.ts";
import type { Selection, Unusable } from "../actions/select.ts";
import { selectInstances } from "../actions/select.ts";
import type { LoadOptions } from "../actions/load.ts";
import { RefusedError } from "../core/errors.ts";
import type { ObjectPath } from "../core/naming/object_path.ts";
import { parseObjectSelector } from "../core/naming/selector.ts";
import type { Invocation } from "../cli/command.ts";
import { EXIT_CODES } from "../cli/exit_code.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { System } from "../ports.ts";
import { selectPaths } from "../actions/select.ts";

/** Thrown when the configuration that was named cannot be read; a `SyntaxError`, so that the exit code is 3. */
export class UnreadableError extends SyntaxError {
  override readonly name = "UnreadableError";
}

/** Builds the agent for a command, its console being the one of the command line. */
export function agentFor({ flags, log }: Invocation, system: System): Agent {
  const level: Level = flags.boolean("debug") ? "DEBUG" : flags.boolean("quiet") ? "ERROR" : "INFO";
  return createAgent(system, { root: flags.string("root"), console: { log, level } });
}

/** The selector of a command line; throws `UsageError` for one that cannot be read. */
export function selectorOf({ selector = "**" }: Invocation): string {
  try {
    parseObjectSelector(selector);
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(error.message);
    throw error;
  }
  return selector;
}

/** Expands the selector of a command line to paths. */
export function pathsFor(agent: Agent, invocation: Invocation): readonly ObjectPath[] {
  return selectPaths(agent, selectorOf(invocation));
}

/** The one path that a command line names; throws `UsageError` when it names several. */
export function singlePath(agent: Agent, invocation: Invocation): ObjectPath {
  const [only, ...others] = pathsFor(agent, invocation);
  if (only === undefined || others.length > 0) {
    throw new UsageError(
      `Cannot ${invocation.command.words.join(" ")} ${others.length + 1} services at once: name exactly one`,
    );
  }
  return only;
}

/** Loads what the selector names. A single service that cannot be used is an error at once. */
export function instancesFor(agent: Agent, invocation: Invocation, options: LoadOptions = {}): Selection {
  const selection = selectInstances(agent, selectorOf(invocation), options);
  const [only] = selection.unusable;
  if (only && selection.isSingle) throw errorOf(only);
  return selection;
}

/**
 * Loads what an action is to be done to. Among several services, one of which this node is none of the nodes is left
 * out like one that cannot be used, and the others go on; a single one is refused by the action itself.
 */
export function membersFor(agent: Agent, invocation: Invocation, options: LoadOptions = {}): Selection {
  const selection = instancesFor(agent, invocation, options);
  const { instances, unusable } = selection;
  if (instances.length + unusable.length === 1) return selection;
  const strangers = instances.filter(({ isMember }) => !isMember).map((instance): Unusable => ({
    kind: "refused",
    path: instance.path,
    name: instance.name,
    reason: `this node, ${agent.node.name}, is in neither its nodes nor its drpnodes`,
  }));
  return {
    ...selection,
    instances: instances.filter(({ isMember }) => isMember),
    unusable: [...unusable, ...strangers],
  };
}

/** What to throw for a service that cannot be used. */
export function errorOf({ kind, name, reason }: Unusable): Error {
  return kind === "broken"
    ? new UnreadableError(`${name}: ${reason}`)
    : new RefusedError(`${name}: ${reason}`);
}

/** The exit code of a service that cannot be used. */
export function codeOf({ kind }: Unusable): number {
  return kind === "broken" ? EXIT_CODES.unreadable : EXIT_CODES.failed;
}

/** Tells of the services that are left out because they cannot be used. */
export function reportUnusable(system: System, unusable: readonly Unusable[]): void {
  for (const { name, reason } of unusable) system.terminal.write("stderr", `agent: ${name}: ${reason}\n`);
}
