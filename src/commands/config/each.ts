import type { Agent } from "../../actions/agent.ts";
import { type ConfigFile, openConfig } from "../../actions/config/open.ts";
import type { Invocation } from "../../cli/command.ts";
import { exitCodeFor } from "../../cli/exit_code.ts";
import { describeError } from "../../cli/run_cli.ts";
import { NotFoundError, RefusedError } from "../../core/errors.ts";
import type { ObjectPath } from "../../core/naming/object_path.ts";
import { isSingleObject, parseObjectSelector } from "../../core/naming/selector.ts";
import type { System } from "../../ports.ts";
import { pathsFor, selectorOf } from "../context.ts";

/** What came out for each object that could be read, and the exit code so far. */
export interface Gathered<T> {
  readonly results: readonly T[];
  /** 0, or that of the first object that could not be read. */
  readonly exitCode: number;
  /** Whether the selector is one plain name. */
  readonly isSingle: boolean;
}

/**
 * Does the same to every object that the selector names. What cannot be read is an error at once when it is the only
 * one that was named; among several it is told in a line, and the others go on.
 */
export function forEachPath<T>(
  agent: Agent,
  invocation: Invocation,
  system: System,
  work: (path: ObjectPath) => T,
): Gathered<T> {
  const isSingle = isSingleObject(parseObjectSelector(selectorOf(invocation)));
  const results: T[] = [];
  let exitCode = 0;
  for (const path of pathsFor(agent, invocation)) {
    try {
      results.push(work(path));
    } catch (error) {
      if (isSingle || !isExpected(error)) throw error;
      system.terminal.write("stderr", `agent: ${describeError(error)}\n`);
      exitCode ||= exitCodeFor(error);
    }
  }
  return { results, exitCode, isSingle };
}

/** Reads the configurations that the selector names, as this node or the one of `--impersonate` sees them. */
export function openEach(agent: Agent, invocation: Invocation, system: System): Gathered<ConfigFile> {
  const nodeName = invocation.flags.string("impersonate");
  const options = nodeName === undefined ? {} : { nodeName };
  return forEachPath(agent, invocation, system, (path) => openConfig(agent, path, options));
}

function isExpected(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof RefusedError || error instanceof NotFoundError;
}
