/**
 * The environment of a command, built from nothing.
 *
 * @module
 */
import type { Identity } from "./identity.ts";
import { SHELL_OWNED } from "./starter.ts";

/** Where programs are looked for unless `path` says otherwise. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The service and the run that a command belongs to. */
export interface RunFacts {
  /** As people write it, such as `testmd` or `ns1/svc/web`. */
  readonly servicePath: string;
  readonly serviceName: string;
  /** The id in the configuration; absent when it has none. */
  readonly serviceId?: string | undefined;
  readonly kind: string;
  /** `root` for a service without one; the variable is only set for others. */
  readonly namespace: string;
  readonly rid: string;
  readonly sessionId: string;
  readonly isLeader: boolean;
  /** Who asked: `user` or `scheduler`. */
  readonly origin: string;
  /** The planned instant in whole epoch seconds; absent by hand. */
  readonly plannedAt?: number | undefined;
}

export type Variables = Readonly<Record<string, string>>;

export interface EnvironmentRequest {
  readonly identity: Pick<Identity, "name" | "home" | "shell">;
  readonly run: RunFacts;
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  readonly timezone?: string | undefined;
  /** The kind of terminal, of an interactive task only. */
  readonly terminal?: string | undefined;
  /** The agent's own environment, and the names in it that `env_inherit` lets pass. */
  readonly ambient?: Variables;
  readonly inherit?: readonly string[];
  /** From objects, from the keyword `environment`, then from `--env`; a later source wins. */
  readonly sources?: readonly Variables[];
}

export type EnvironmentOutcome =
  | { readonly kind: "ready"; readonly env: Variables }
  | { readonly kind: "refused"; readonly reason: string };

/** Names that change what another program executes, or how the shell reads its text. */
const HARMFUL_REGEXP = /^(?:LD_.*|.*_PRELOAD|BASH_ENV|ENV|IFS|DENO_.*|NODE_OPTIONS)$/;
const NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The mark by which the processes of a run are found again; nobody may change it. */
const RESERVED = new Set(["OPENSVC_SESSION_ID", "OPENSVC_RID"]);

/** Builds the environment, or says which name cannot be in it. */
export function taskEnvironment(request: EnvironmentRequest): EnvironmentOutcome {
  const { ambient = {}, inherit = [], sources = [] } = request;
  const passed = Object.fromEntries(
    inherit.flatMap((name) => ambient[name] === undefined ? [] : [[name, ambient[name]]]),
  );
  const names = [...inherit, ...sources.flatMap((source) => Object.keys(source))];
  const problem = names.map(problemOfName).find((found) => found !== undefined);
  if (problem) return { kind: "refused", reason: problem };
  const values = Object.assign(
    {},
    baseVariables(request),
    passed,
    runVariables(request.run),
    ...sources,
  ) as Variables;
  const withNul = Object.keys(values).find((name) => values[name]?.includes("\0"));
  if (withNul) {
    return {
      kind: "refused",
      reason: `Cannot set variable "${withNul}": its value holds a NUL character, expected none`,
    };
  }
  return { kind: "ready", env: values };
}

/** Why a command cannot be given a variable of this name; undefined when it can. */
export function problemOfName(name: string): string | undefined {
  const cannot = `Cannot set variable "${name}"`;
  if (!NAME_REGEXP.test(name)) {
    return `${cannot}: it is no valid name, expected letters, digits and underscores`;
  }
  if (HARMFUL_REGEXP.test(name)) {
    return `${cannot}: it changes what programs execute, expected it in the command itself (env NAME=value command)`;
  }
  if (RESERVED.has(name)) return `${cannot}: the agent sets it, expected another name`;
  if (SHELL_OWNED.has(name) || /^(?:agent_x_|AGENT_X_)/.test(name)) {
    return `${cannot}: the shell that starts the command keeps it, expected another name`;
  }
  return undefined;
}

function baseVariables({ identity, path, language, timezone, terminal }: EnvironmentRequest): Variables {
  return withoutAbsent({
    PATH: path ?? DEFAULT_PATH,
    HOME: identity.home,
    USER: identity.name,
    LOGNAME: identity.name,
    SHELL: identity.shell,
    LANG: language ?? "C.UTF-8",
    TZ: timezone,
    TERM: terminal,
  });
}

function runVariables(run: RunFacts): Variables {
  const plannedAt = run.plannedAt === undefined ? undefined : String(run.plannedAt);
  return withoutAbsent({
    OPENSVC_SVCPATH: run.servicePath,
    OPENSVC_SVCNAME: run.serviceName,
    OPENSVC_SVC_ID: run.serviceId,
    OPENSVC_KIND: run.kind,
    OPENSVC_NAMESPACE: run.namespace === "root" ? undefined : run.namespace,
    OPENSVC_ACTION: "run",
    OPENSVC_RID: run.rid,
    OPENSVC_LEADER: run.isLeader ? "1" : "0",
    OPENSVC_SESSION_ID: run.sessionId,
    OPENSVC_ACTION_ORIGIN: run.origin,
    OPENSVC_PLANNED_AT: plannedAt,
    OSVC_SESSION_UUID: run.sessionId,
    OSVC_ACTION_ORIGIN: run.origin === "scheduler" ? "daemon" : run.origin,
    OSVC_SCHED_TIME: plannedAt,
  });
}

function withoutAbsent(values: Readonly<Record<string, string | undefined>>): Variables {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Variables;
}
