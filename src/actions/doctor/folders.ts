import type { Finding } from "../../core/doctor/finding.ts";
import { error, info, ok, warn } from "../../core/doctor/finding.ts";
import type { Mount } from "../../core/doctor/mounts.ts";
import { mountOf, parseMounts } from "../../core/doctor/mounts.ts";
import { distrust, otherWriter } from "../../core/trust.ts";
import type { Folders } from "../../state/folders.ts";
import { stepsTo } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";
import type { Patient } from "./patient.ts";
import { existingFolder } from "./patient.ts";

export const ROOTS = ["etc", "var", "log", "run"] as const;
type Root = typeof ROOTS[number];

/** What is in memory, and gone after a reboot. */
const MEMORY: ReadonlySet<string> = new Set(["tmpfs", "ramfs"]);
const REMOTE = /^(?:nfs|cifs|smb|fuse\.|9p|ceph|gfs|ocfs|glusterfs|lustre)/;

/** The four roots: there or to be made, whose they are, who may write them, and on what they are. */
export function checkFolders({ agent }: Patient): Finding[] {
  const mounts = parseMounts(agent.system.files.read("/proc/self/mountinfo") ?? "");
  const writable = writableFolders(agent, agent.folders);
  return ROOTS.map((root) => judge(agent, root, mounts, writable.has(root)));
}

/** Asks the kernel, by one small shell: a read-only file system counts, and so do access control lists. */
function writableFolders(agent: Agent, folders: Folders): ReadonlySet<Root> {
  const paths = ROOTS.map((root) => existingFolder(agent, folders[root]));
  const script =
    'for folder; do if test -w "$folder" && test -x "$folder"; then echo y; else echo n; fi; done';
  const { code, stdout } = agent.system.processes.output(["/bin/sh", "-c", script, "sh", ...paths]);
  const answers = stdout.split("\n");
  return new Set(ROOTS.filter((_, i) => code === 0 && answers[i] === "y"));
}

function judge(agent: Agent, root: Root, mounts: readonly Mount[], isWritable: boolean): Finding {
  const { files, users } = agent.system;
  const folder = agent.folders[root];
  const check = `folder ${root}`;
  const real = files.realPath(folder);
  if (real === undefined) return judgeMissing(agent, root, isWritable);
  const facts = files.facts(real);
  if (facts?.kind !== "folder") return error(check, `${folder} is no folder`, "move away what is there");
  const doubt = doubtOf(agent, root, folder, real);
  if (doubt !== undefined) return doubt;
  const type = mountOf(real, mounts)?.type;
  const owner = facts.uid === users.self.uid ? "" : `, of uid ${facts.uid}`;
  const found = `${folder}, mode ${facts.mode.toString(8)}${owner}${type === undefined ? "" : `, ${type}`}`;
  if (!isWritable) {
    return root === "etc"
      ? info(check, `${found}, not writable for the agent`, "create, set and edit config are refused there")
      : error(check, `${found}, not writable for the agent`, `give the agent the right to write there`);
  }
  return judgeType(root, found, type);
}

function judgeType(root: Root, found: string, type: string | undefined): Finding {
  const check = `folder ${root}`;
  if (root === "var" && type !== undefined && MEMORY.has(type)) {
    return warn(
      check,
      `${found}: last runs do not survive a reboot`,
      "put it on a disk, by AGENT_VAR, or give the services a state_dir",
    );
  }
  if (root === "etc" && type !== undefined && REMOTE.test(type)) {
    return info(
      check,
      `${found}: changes made elsewhere are noticed within 60 s`,
      "agent daemon reload notices at once",
    );
  }
  return ok(check, found);
}

function judgeMissing(agent: Agent, root: Root, isWritable: boolean): Finding {
  const folder = agent.folders[root];
  const check = `folder ${root}`;
  if (isWritable) return info(check, `${folder} is not there; it is made when it is needed`);
  const above = existingFolder(agent, folder);
  const found = `${folder} is not there, and ${above} is not writable for the agent`;
  return root === "etc"
    ? info(check, found, "make it, to have services")
    : error(check, found, `make it, and give it to the agent's user`);
}

/** For root, whoever else may write a folder decides what root does. */
function doubtOf(agent: Agent, root: Root, folder: string, real: string): Finding | undefined {
  const { files, users } = agent.system;
  if (users.self.uid !== 0) return undefined;
  const ways = folder === real ? [folder] : [folder, real];
  const steps = ways.flatMap((way) => stepsTo(files, way));
  const reason = root === "etc" ? distrust(steps, 0) : otherWriter(steps, []);
  if (reason === undefined) return undefined;
  const effect = root === "etc"
    ? "all configurations are refused"
    : "somebody else may change what the agent relies on";
  return error(
    `folder ${root}`,
    `${reason}: ${effect}`,
    "chown it to root, and take the right to write from others",
  );
}
