import { parseRetcodes, statusOfExitCode } from "../../core/retcodes.ts";
import { readLastRun } from "../../state/last_run.ts";
import type { Driver, DriverStatus, ResourceView } from "../driver.ts";
import type { Files } from "../../ports.ts";

/**
 * `task.host`: a command of this host; its status is that of its last run, when `check` asks for it (spec 4.8).
 *
 * Without `check`, and before the first run, it is `n/a`.
 */
export const TASK_HOST: Driver = {
  id: "task.host",
  infoOptions: ["command", "on_error", "user"],
  label: ({ configuration, rid }) => configuration.string(rid, "command")?.split("\n")[0] ?? "task.host",
  status: ({ files }, resource) => statusOfLastRun(files, resource),
};

const NOT_APPLICABLE: DriverStatus = { status: "n/a", messages: [] };

/** The status of a task of any driver. */
export function statusOfLastRun(files: Pick<Files, "readUnlinked">, resource: ResourceView): DriverStatus {
  const { configuration, rid, memoryFolder } = resource;
  const check = configuration.string(rid, "check");
  if (check === undefined || check === "") return NOT_APPLICABLE;
  const code = readLastRun(files, memoryFolder)?.exitcode;
  if (code === undefined || code === null) return NOT_APPLICABLE;
  const retcodes = parseRetcodes(configuration.string(rid, "retcodes") ?? "");
  const status = statusOfExitCode(retcodes, code);
  const text = `last run ended with code ${code}`;
  if (check === "last_run_warn") {
    return { status: "n/a", messages: status === "up" ? [] : [{ level: "warn", text }] };
  }
  return { status, messages: status === "up" ? [] : [{ level: status === "down" ? "error" : "warn", text }] };
}
