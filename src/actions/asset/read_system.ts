import { parseGroups, parseUsers } from "../../core/asset/accounts.ts";
import type { SystemReport } from "../../core/asset/body.ts";
import { systemReport } from "../../core/asset/body.ts";
import type { Agent } from "../agent.ts";
import type { Properties } from "../../core/asset/properties.ts";
import { LARGE, Probe, ProbeError, sectionOf } from "./probe.ts";
import { readHardware } from "./read_hardware.ts";
import { readLan } from "./read_lan.ts";
import { readPackages } from "./read_packages.ts";
import { readProperties } from "./read_properties.ts";
import { readHbas, readTargets } from "./read_san.ts";

/** Finds what the node tells of itself. Throws `SyntaxError` for a value of `node.conf` that cannot be used. */
export async function readSystem(agent: Agent, maxBytes: number): Promise<SystemReport> {
  const { system } = agent;
  const probe = new Probe(system);
  const answers = {
    properties: sectionOf(() => needProperties(agent, probe)),
    hardware: sectionOf(() => readHardware(probe)),
    uids: sectionOf(() => parseUsers(probe.need("/etc/passwd", LARGE))),
    gids: sectionOf(() => parseGroups(probe.need("/etc/group", LARGE))),
    lan: sectionOf(() => readLan(system, probe)),
    hba: sectionOf(() => readHbas(probe)),
    targets: sectionOf(() => readTargets(probe)),
    package: await readPackages(system, probe),
  };
  return systemReport(answers, maxBytes);
}

function needProperties(agent: Agent, probe: Probe): Properties {
  const outcome = readProperties(agent, probe);
  if (outcome.kind === "complete") return outcome.properties;
  const { missing } = outcome;
  const hint = missing.includes("cluster_id")
    ? "; agent node register, or the first push, makes the cluster id"
    : "";
  throw new ProbeError(`Cannot tell the properties: nothing says ${missing.join(", ")}${hint}`);
}
