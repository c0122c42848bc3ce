import type { View } from "../cli/output.ts";
import type { RunResult } from "../core/run/result.ts";

/** What became of tasks, as data: a documented contract, to which fields are only added. */
export const RESULT_VIEW: View<RunResult> = {
  fields: [
    "path",
    "rid",
    "outcome",
    "reason",
    "code",
    "signal",
    "status",
    "is_failed",
    "optional",
    "started_at",
    "ended_at",
    "session_id",
    "attempts",
  ],
  columns: [],
};
