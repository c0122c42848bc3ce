/**
 * First words that name a command of the agent and never a service: `create` refuses them as service names. An
 * existing service of that name is reached by its longer path, such as `svc/daemon`.
 */
export const RESERVED_WORDS: readonly string[] = [
  "agent",
  "completion",
  "crontab",
  "daemon",
  "doctor",
  "help",
  "keywords",
  "ls",
  "node",
  "schedule",
  "version",
];
