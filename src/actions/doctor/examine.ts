import type { Finding } from "../../core/doctor/finding.ts";
import { error, ok } from "../../core/doctor/finding.ts";
import { sortNaturally } from "../../core/naming/natural_order.ts";
import { formatObjectPath } from "../../core/naming/object_path.ts";
import type { System } from "../../ports.ts";
import { FolderIndex } from "../../state/folder_index.ts";
import { listObjects } from "../../state/objects.ts";
import type { Agent, AgentOptions } from "../agent.ts";
import { createAgent, NodeSettingError } from "../agent.ts";
import type { Instance } from "../load.ts";
import { loadInstance } from "../load.ts";
import type { Unusable } from "../select.ts";
import { checkClock } from "./clock.ts";
import { checkCollector } from "./collector.ts";
import { checkConfigurations } from "./configurations.ts";
import { checkDaemon } from "./daemon.ts";
import { checkEngines } from "./engines.ts";
import { checkFolders } from "./folders.ts";
import { checkIdentities } from "./identities.ts";
import { checkKernel } from "./kernel.ts";
import { checkLeftovers } from "./leftovers.ts";
import type { Check, Patient } from "./patient.ts";
import { checkRoom } from "./room.ts";
import { checkRuns } from "./runs.ts";
import { checkWrappers } from "./wrappers.ts";

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ["executable", ({ agent }) => [checkExecutable(agent)]],
  ["configurations", checkConfigurations],
  ["daemon", checkDaemon],
  ["collector", checkCollector],
  ["runs", checkRuns],
  ["wrappers", checkWrappers],
  ["users", checkIdentities],
  ["engines", checkEngines],
  ["folders", checkFolders],
  ["room", checkRoom],
  ["leftovers", checkLeftovers],
  ["kernel", checkKernel],
  ["clock", checkClock],
];

/**
 * Looks at everything that the agent depends on, and says of each what to do. Nothing is changed, but for a control
 * group that is made and removed at once. A check that cannot be made is an error of its own, and the others go on.
 */
export async function examine(system: System, options: AgentOptions = {}): Promise<Finding[]> {
  const patient = admit(system, options);
  const findings: Finding[] = [];
  for (const [name, check] of CHECKS) {
    try {
      findings.push(...await check(patient));
    } catch (failure) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      findings.push(error(name, `this cannot be looked at: ${reason}`, "mend that first"));
    }
  }
  return findings;
}

function admit(system: System, options: AgentOptions): Patient {
  const { agent, nodeProblem } = agentDespite(system, options);
  const instances: Instance[] = [];
  const unusable: Unusable[] = [];
  const folders = new FolderIndex(system.files);
  const services = listObjects(system.files, agent.folders).filter(({ kind }) => kind === "svc");
  for (const path of sortNaturally(services, formatObjectPath)) {
    const loaded = loadInstance(agent, path, { folders });
    if (loaded.kind === "loaded") instances.push(loaded.instance);
    else if (loaded.kind !== "missing") unusable.push(loaded);
  }
  return { agent, nodeProblem, instances, unusable };
}

function agentDespite(
  system: System,
  options: AgentOptions,
): { readonly agent: Agent; readonly nodeProblem: string | undefined } {
  try {
    return { agent: createAgent(system, options), nodeProblem: undefined };
  } catch (failure) {
    if (!(failure instanceof NodeSettingError)) throw failure;
    return {
      agent: createAgent(system, { ...options, ignoresNodeFile: true }),
      nodeProblem: failure.message,
    };
  }
}

function checkExecutable({ system: { host, users } }: Agent): Finding {
  const { agent, commit, runtime } = host.version;
  const who = users.self.uid === 0 ? "root" : `uid ${users.self.uid}`;
  return ok(
    "executable",
    `${host.self[0]}, ${agent}${commit === "" ? "" : ` (${commit})`}, ${runtime}, as ${who}`,
  );
}
