import type { CronCommand } from "./command.ts";

/** A crontab that was read. */
export interface Crontab {
  readonly jobs: readonly CrontabJob[];
  /** Lines that cannot be read: there is nothing to use when there is one. */
  readonly problems: readonly LineNote[];
  /** What the agent does otherwise than cron. */
  readonly remarks: readonly LineNote[];
  /** The comments that stand apart from the jobs. */
  readonly comment: string;
}

export interface LineNote {
  readonly line: number;
  readonly text: string;
}

/** One job of a crontab. */
export interface CrontabJob {
  readonly line: number;
  /** The value of a `schedule` keyword. */
  readonly schedule: string;
  /** From the user column of a system crontab. */
  readonly user: string | undefined;
  readonly command: CronCommand;
  /** What the lines before it set. */
  readonly variables: Readonly<Record<string, string>>;
  /** An IANA name, from `CRON_TZ`. */
  readonly timezone: string | undefined;
  /** The comment right above it. */
  readonly comment: string;
}
