/** How much a log entry matters, from the least to the most. */
export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;

export type Level = typeof LEVELS[number];

/** One line of the log, before anybody decided how it looks. */
export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: Level;
  readonly message: string;
  /** The service, as people write it (`testmd`, `ns1/svc/web`); absent for the agent's own lines. */
  readonly path?: string;
  readonly rid?: string;
  /** The session (one action by hand, one job of the daemon) that wrote it. */
  readonly sessionId?: string;
  /** Whether the scheduler asked. */
  readonly isScheduled?: boolean;
}
