/** An environment variable that the agent reads. */
export interface EnvironmentRow {
  readonly name: string;
  readonly meaning: string;
}

/** The table of the help and the README. */
export const ENVIRONMENT_ROWS: readonly EnvironmentRow[] = [
  { name: "AGENT_ROOT", meaning: "folder that holds etc, var, log and run; --root wins" },
  { name: "AGENT_ETC", meaning: "folder of the configurations" },
  { name: "AGENT_VAR", meaning: "folder of the state" },
  { name: "AGENT_LOG", meaning: "folder of the logs" },
  { name: "AGENT_RUN", meaning: "folder of what a reboot forgets" },
  { name: "AGENT_NODENAME", meaning: "name of this node; else node.conf, else the host name" },
  { name: "AGENT_RUNTIME_DIR", meaning: "where the self-extracting executable keeps its runtime" },
  {
    name: "AGENT_DETACHED",
    meaning: "what run --detach hands to the agent in the background; not for people",
  },
  { name: "XDG_CONFIG_HOME", meaning: "parent of an ordinary user's folder of configurations" },
  { name: "XDG_STATE_HOME", meaning: "parent of an ordinary user's folders of state and logs" },
  { name: "XDG_RUNTIME_DIR", meaning: "parent of an ordinary user's folder of what a reboot forgets" },
  { name: "VISUAL, EDITOR", meaning: "editor of edit config, with its arguments; else vi" },
  { name: "NO_COLOR", meaning: "no colours, when it is not empty" },
  { name: "TZ", meaning: "time zone of this node" },
];
