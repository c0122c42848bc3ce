import type { Finding } from "../../core/doctor/finding.ts";
import { error, info, ok, warn } from "../../core/doctor/finding.ts";
import { parseSudoVersion } from "../../core/doctor/sudo_version.ts";
import type { Identity } from "../../core/process/identity.ts";
import type { Wrapper, WrapperProgram } from "../../core/process/wrapper.ts";
import { chooseWrapper, WRAPPERS } from "../../core/process/wrapper.ts";
import type { Agent } from "../agent.ts";
import { findWrappers } from "../run/preparation/wrappers.ts";
import type { Patient } from "./patient.ts";
import { askProgram } from "./patient.ts";

const SETUID = 0o4000;

/** Each program that changes the user, and which one `impersonate` would take. */
export function checkWrappers({ agent }: Patient): Finding[] {
  const programs = findWrappers(agent.system);
  const chosen = chosenFor(agent);
  const rows = WRAPPERS.map((kind) => {
    const program = programs[kind];
    return program
      ? judge(agent, kind, program, chosen.kind === kind)
      : info(`wrapper ${kind}`, "not installed");
  });
  return [...rows, chosenRow(agent, chosen)];
}

type Chosen = ReturnType<typeof chooseWrapper>;

/** Asked for a user that is surely another one. */
function chosenFor({ system, node }: Agent): Chosen {
  const ownUid = system.users.self.uid;
  const uid = ownUid === 65_534 ? 65_533 : 65_534;
  const identity: Identity = {
    name: "another",
    uid,
    gid: uid,
    groups: [],
    home: "/",
    shell: "/bin/sh",
    isMainName: true,
  };
  const wanted = node.impersonate as "auto" | Wrapper;
  return chooseWrapper({ wanted, ownUid, identity, programs: findWrappers(system) });
}

function chosenRow({ system, node }: Agent, chosen: Chosen): Finding {
  const who = system.users.self.uid === 0 ? "root" : "an ordinary user";
  const found = `impersonate = ${node.impersonate}, for ${who}`;
  if (chosen.kind !== "refused") return ok("impersonation", `${found}: ${chosen.kind}`);
  const reason = chosen.reason.replace(/^.*?: /, "").replace(/, expected.*$/, "");
  return warn(
    "impersonation",
    `${found}: none, ${reason}`,
    "install setpriv or runuser (util-linux), or sudo for an agent that is not root; tasks of other users are refused",
  );
}

function judge(agent: Agent, kind: Wrapper, program: WrapperProgram, isChosen: boolean): Finding {
  const check = `wrapper ${kind}`;
  if (program.isBusybox) {
    const ability = kind === "su" ? "takes no group" : "cannot change the user";
    return info(check, `${program.path}, of BusyBox: ${ability}`);
  }
  return kind === "sudo"
    ? judgeSudo(agent, program, isChosen)
    : ok(check, `${program.path}${version(agent, program)}`);
}

function version(agent: Agent, { path }: WrapperProgram): string {
  const found = askProgram(agent, [path, "--version"]);
  const text = found?.code === 0 ? /util-linux [\w.~-]+/.exec(found.stdout)?.[0] : undefined;
  return text === undefined ? "" : `, ${text}`;
}

function judgeSudo(agent: Agent, { path }: WrapperProgram, isChosen: boolean): Finding {
  const { files, users } = agent.system;
  const check = "wrapper sudo";
  const isRoot = users.self.uid === 0;
  const mode = files.facts(files.realPath(path) ?? path)?.mode ?? 0;
  if (!isRoot && (mode & SETUID) === 0) {
    return error(
      check,
      `${path} has no setuid bit (mode ${mode.toString(8)})`,
      "install the package of sudo again",
    );
  }
  if (!isRoot && /^NoNewPrivs:\s*1$/m.test(files.read("/proc/self/status") ?? "")) {
    return error(
      check,
      `${path} cannot work: this process must not gain privileges (no_new_privs)`,
      "start the agent without NoNewPrivileges, or as root",
    );
  }
  const release = parseSudoVersion(askProgram(agent, [path, "-V"])?.stdout ?? "");
  if (release === undefined) return ok(check, path);
  const found = `${path}, ${release.text}`;
  if (!release.isOld) return ok(check, found);
  const say = isChosen ? warn : info;
  return say(
    check,
    `${found}: versions before 1.9.17p1 let local users become root`,
    "update sudo, unless your distribution has mended this version",
  );
}
