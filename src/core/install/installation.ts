/** What a unit or a start script has to know. */
export interface Installation {
  /** How the agent is started, such as `["/usr/local/bin/agent"]`. */
  readonly self: readonly [string, ...string[]];
  /** Variables that the daemon needs to find its folders. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long the daemon may take to stop, in seconds. */
  readonly stopSeconds: number;
}

/** Variables that say which daemon it is; what is set of them when it is installed stays so. */
export const KEPT_VARIABLES: readonly string[] = [
  "AGENT_ROOT",
  "AGENT_ETC",
  "AGENT_VAR",
  "AGENT_LOG",
  "AGENT_RUN",
  "AGENT_NODENAME",
  "AGENT_RUNTIME_DIR",
];

/** The line by which the agent knows its own files again. */
export const MARKER =
  "# Written by agent daemon install; the next install replaces it, agent daemon uninstall removes it.";

/** Whether a file was written by the agent. */
export function isOwnFile(text: string): boolean {
  return text.split("\n").includes(MARKER);
}
