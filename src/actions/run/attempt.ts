import type { TaskSettings } from "../../drivers/task/settings.ts";
import type { Prepared } from "./prepare_task.ts";
import type { TaskRun } from "./task_run.ts";

/** One run that has its slot. */
export interface Attempt {
  readonly run: TaskRun;
  readonly settings: TaskSettings;
  readonly prepared: Prepared;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}
