import type { TaskSettings } from "../../../drivers/task/settings.ts";
import type { Prepared } from "../preparation/prepare_task.ts";
import type { TaskRun } from "../task_run.ts";

/** One run that has its slot. */
export interface Attempt {
  readonly run: TaskRun;
  readonly settings: Pick<
    TaskSettings,
    | "retcodes"
    | "onError"
    | "triggers"
    | "timeout"
    | "hooks"
    | "container"
    | "maxParallel"
    | "isLogged"
    | "outputMax"
  >;
  /** How triggers and hooks are started; absent when that cannot be said any more, then there are none. */
  readonly prepared: Pick<Prepared, "triggerRequest" | "hookRequest"> | undefined;
  readonly userName: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whether a good end is logged as well, because nothing else in the log would tell of it. */
  readonly isEndLogged?: boolean;
}
