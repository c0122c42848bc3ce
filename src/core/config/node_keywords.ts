import type { Keyword } from "./keyword.ts";

/** Keywords of `node.conf`, the configuration of the node itself. */
export const NODE_KEYWORDS: readonly Keyword[] = [
  {
    option: "name",
    section: "node",
    converter: "string",
    since: "0.1",
    example: "n1",
    text: "The name of this node; else it is the lower-cased host name.",
  },
  {
    option: "timezone",
    section: "node",
    converter: "timezone",
    since: "0.1",
    example: "Europe/Paris",
    text: "The IANA time zone of schedules that have none of their own; else it is the system's.",
  },
  {
    option: "max_parallel",
    section: "node",
    converter: "integer",
    default: "10",
    minimum: 1,
    since: "0.1",
    text: "How many jobs the daemon runs at once.",
  },
  {
    option: "stop_timeout",
    section: "node",
    converter: "duration",
    default: "60s",
    since: "0.1",
    text:
      "How long a daemon that is told to wait for running commands, or for triggers, does so before it ends them.",
  },
  {
    option: "impersonate",
    section: "node",
    converter: "string",
    default: "auto",
    candidates: ["auto", "setpriv", "runuser", "su", "sudo"],
    since: "0.1",
    text: "What changes the user of commands.",
  },
  {
    option: "http_proxy",
    section: "node",
    converter: "string",
    since: "0.1",
    example: "http://proxy.example.com:3128",
    text:
      "The proxy for requests of the agent itself (ping_url); without it there is none, whatever the environment says.",
  },
  {
    option: "env",
    section: "node",
    converter: "string",
    default: "TST",
    since: "2.1",
    example: "PRD",
    text: "The environment that the node belongs to: only a PRD node synchronises the data of PRD services.",
  },
  {
    option: "ssh_options",
    section: "node",
    converter: "shell words",
    since: "0.1",
    example: "-F /etc/agent/ssh_config",
    text:
      "Options of ssh for synchronisations, such as a configuration file that says address, port and key of each node; they come before the agent's own, and win.",
  },
  {
    option: "path",
    section: "node",
    converter: "string",
    default: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    since: "0.1",
    text: "The PATH of commands, and where their first word is looked for.",
  },
  {
    option: "level",
    section: "log",
    converter: "string",
    default: "info",
    candidates: ["debug", "info", "warning", "error"],
    since: "0.1",
    text: "The least important lines that log files keep.",
  },
  {
    option: "jitter",
    section: "schedule",
    converter: "string",
    default: "stable",
    candidates: ["stable", "random"],
    since: "0.1",
    text:
      "Whether the instant of a window with ~ is drawn the same way again after a restart (stable), or afresh (random).",
  },
];
