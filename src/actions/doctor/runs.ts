import type { Finding } from "../../core/doctor/finding.ts";
import { count, info, ok, warn } from "../../core/doctor/finding.ts";
import { surveySlots } from "../../state/slots.ts";
import { isTask } from "../run/run.ts";
import type { Patient } from "./patient.ts";

/** Run records of agents that are gone. */
export function checkRuns({ agent, instances }: Patient): Finding[] {
  let running = 0;
  const stale: string[] = [];
  const orphans: string[] = [];
  for (const { name, resources, hadState } of instances) {
    for (const resource of hadState ? resources.filter(isTask) : []) {
      const survey = surveySlots(agent.system, resource.ridFolder);
      running += survey.living.length;
      if (survey.stale.length > 0) stale.push(`${name} ${resource.rid}`);
      if (survey.orphans.length > 0) orphans.push(`${name} ${resource.rid}`);
    }
  }
  const rows: Finding[] = [];
  if (orphans.length > 0) {
    const found = `${count(orphans.length, "task")} with a command that goes on without its agent, such as ${
      orphans[0]
    }`;
    rows.push(warn("runs", found, "agent daemon start follows them to their end; else wait, or end them"));
  }
  if (stale.length > 0) {
    const found = `${count(stale.length, "task")} with a run of which nobody saw the end, such as ${
      stale[0]
    }`;
    rows.push(info("runs", found, "the next run, or the next start of the daemon, puts it on record"));
  }
  return rows.length > 0 ? rows : [ok("runs", `${running} under way, none lost`)];
}
