/**
 * Variables on their way into a container: through the environment of the engine's program, which reads some of them
 * itself.
 *
 * @module
 */
import { problemOfName } from "../process/environment.ts";

/** What the program of an engine, or what it starts, looks at. */
const CLIENT_REGEXP =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|DOCKER_.*|CONTAINERS?_.*|BUILDAH_.*|PODMAN_.*|XDG_.*|REGISTRY_AUTH_FILE|STORAGE_.*|SSH_.*|NOTIFY_SOCKET|LISTEN_.*|DBUS_.*|(?:HTTPS?|ALL|NO)_PROXY|(?:https?|all|no)_proxy)$/;

/** What the agent itself sets, which is nobody's choice. */
const TOLD_REGEXP = /^(?:OPENSVC|OSVC)_/;

/** Why a container cannot be given one of these variables; undefined when it can. */
export function problemOfContainerVariables(names: readonly string[]): string | undefined {
  return names.filter((name) => !TOLD_REGEXP.test(name)).map(problemOf).find((problem) =>
    problem !== undefined
  );
}

function problemOf(name: string): string | undefined {
  const problem = problemOfName(name);
  if (problem !== undefined || !CLIENT_REGEXP.test(name)) return problem;
  return `Cannot set variable "${name}" in the container: the engine's own program reads it, ` +
    `expected it in run_args (--env ${name}=value)`;
}
