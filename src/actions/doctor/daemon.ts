import type { Finding } from "../../core/doctor/finding.ts";
import { info, ok, warn } from "../../core/doctor/finding.ts";
import { daemonRecordFile, findDaemon } from "../../state/daemon_record.ts";
import { askDaemon } from "../daemon_report.ts";
import type { Patient } from "./patient.ts";

/** Whether the daemon runs, answers, and is of this version. */
export async function checkDaemon({ agent, instances }: Patient): Promise<Finding[]> {
  const { system, folders } = agent;
  const record = findDaemon(system, folders);
  if (record === undefined) {
    const isLeft = system.files.facts(daemonRecordFile(folders)) !== undefined;
    const found = `not running${isLeft ? "; an earlier one did not end by itself" : ""}`;
    const advice = "agent daemon start, or agent daemon install for every boot";
    return [
      instances.length > 0 ? warn("daemon", found, advice) : info("daemon", `${found}; there is no service`),
    ];
  }
  const found = `running, process ${record.pid}, version ${record.version}`;
  const own = system.host.version.agent;
  if (record.version !== own) {
    return [warn("daemon", `${found}; this executable is ${own}`, "agent daemon restart: what runs goes on")];
  }
  if (await askDaemon(system, folders) === undefined) {
    return [
      warn(
        "daemon",
        `${found}, and it does not answer on its socket`,
        "look at agent daemon status and its log",
      ),
    ];
  }
  return [ok("daemon", found)];
}
