/**
 * What modulesets and rulesets are, wherever they come from.
 *
 * @module
 */
import { isNodeIn } from "../config/scope.ts";
import { matchesGlob } from "../naming/glob.ts";

/** A module as a moduleset names it. */
export interface ModuleMark {
  readonly name: string;
  /** Whether `compliance auto` mends what it finds. */
  readonly isAutofix: boolean;
}

/** Whom something is for; without words it is for all. */
export interface Audience {
  /** Names or globs of nodes. */
  readonly nodes: readonly string[];
  /** Paths or globs of services; with any, it is not for the node itself. */
  readonly services: readonly string[];
}

/** Where something is declared. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Moduleset extends Audience {
  readonly name: string;
  readonly modules: readonly ModuleMark[];
  /** Modulesets that belong to it. */
  readonly modulesets: readonly string[];
  /** Rulesets that come with it. */
  readonly rulesets: readonly string[];
  readonly place: Place;
}

/** A variable that modules read; null is said as `None`. */
export type Rule = readonly [name: string, value: string | null];

export interface Ruleset extends Audience {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly place: Place;
}

/** The local definitions, by name. */
export interface Definitions {
  readonly modulesets: ReadonlyMap<string, Moduleset>;
  readonly rulesets: ReadonlyMap<string, Ruleset>;
}

/** Thrown for a definition that cannot be used; a `SyntaxError`, so that the exit code is 3. */
export class DefinitionError extends SyntaxError {
  override readonly name = "DefinitionError";

  constructor(problem: string, { file, line }: Place) {
    super(`Cannot use ${file} at line ${line}: ${problem}`);
  }
}

/** Whom a run is for: a service on a node, or the node itself. */
export interface Target {
  readonly node: string;
  /** The path of the service; undefined for the node itself. */
  readonly service: string | undefined;
}

/** Whether something counts for the target. */
export function isFor({ nodes, services }: Audience, { node, service }: Target): boolean {
  if (nodes.length > 0 && !isNodeIn(node, nodes.join(" "))) return false;
  if (services.length === 0) return true;
  return service !== undefined && services.some((glob) => matchesGlob(service, glob));
}
