import type { Finding } from "../../core/doctor/finding.ts";
import { error, info, ok, warn } from "../../core/doctor/finding.ts";
import { parseMounts } from "../../core/doctor/mounts.ts";
import type { Agent } from "../agent.ts";
import type { Patient } from "./patient.ts";

const LOW_OPEN_FILES = 256;
const LOW_INSTANCES = 16;
/** Folders are watched, not files; there are a few for each namespace and state folder. */
const LOW_WATCHES = 1024;

/** What the agent needs of the system itself: control groups, limits, a shell, `/dev/null`. */
export function checkKernel({ agent }: Patient): Finding[] {
  return [
    checkGroups(agent),
    ...checkLimits(agent),
    checkShell(agent),
    checkNull(agent),
    checkTerminals(agent),
  ];
}

/** Makes a group and removes it again: the only thing that the doctor changes, for the fraction of a second. */
function checkGroups({ system: { files, processes, host } }: Agent): Finding {
  const check = "control groups";
  const mount = parseMounts(files.read("/proc/self/mountinfo") ?? "").find(({ type }) => type === "cgroup2");
  if (mount === undefined) {
    return info(check, "version 2 is not mounted: processes of a run are found by session and environment");
  }
  const group = processes.makeGroup(`doctor-${host.uuid()}`);
  if (group === undefined) {
    return info(
      check,
      `version 2 at ${mount.point}, and no group can be made: processes of a run are found by session and environment`,
      "with systemd: Delegate=yes, which agent daemon install sets",
    );
  }
  processes.removeGroup(group);
  return ok(check, `version 2 at ${mount.point}: each run gets a group of its own`);
}

function checkLimits({ system: { files } }: Agent): Finding[] {
  const open = /^Max open files\s+(\w+)\s+(\w+)/m.exec(files.read("/proc/self/limits") ?? "");
  const watches = numberIn(files.read("/proc/sys/fs/inotify/max_user_watches"));
  const instances = numberIn(files.read("/proc/sys/fs/inotify/max_user_instances"));
  const rows: Finding[] = [];
  if (open) {
    const found = `${open[1]} (hard ${open[2]})`;
    const isLow = Number(open[1]) < LOW_OPEN_FILES;
    rows.push(
      isLow
        ? warn("open files", found, "raise ulimit -n: each running task takes some")
        : ok("open files", found),
    );
  }
  if (watches !== undefined && instances !== undefined) {
    const found = `${watches} watches, ${instances} instances for each user`;
    const isLow = watches < LOW_WATCHES || instances < LOW_INSTANCES;
    const advice =
      "raise fs.inotify.max_user_watches and max_user_instances; changes are else noticed within 60 s";
    rows.push(isLow ? warn("inotify", found, advice) : ok("inotify", found));
  }
  return rows;
}

function numberIn(text: string | undefined): number | undefined {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isNaN(number) ? undefined : number;
}

function checkShell({ system: { files, processes } }: Agent): Finding {
  const real = files.realPath("/bin/sh");
  if (real === undefined || processes.output(["/bin/sh", "-c", ":"]).code !== 0) {
    return error(
      "shell",
      "/bin/sh is not there or does not run",
      "install one: every command is started by it",
    );
  }
  return ok("shell", `/bin/sh is ${real}`);
}

function checkNull({ system: { files } }: Agent): Finding {
  const facts = files.facts("/dev/null");
  const isDevice = facts?.kind === "other" && (facts.mode & 0o666) === 0o666;
  if (isDevice) return ok("/dev/null", "a device that everybody may read and write");
  const found = facts === undefined ? "not there" : `a ${facts.kind}, mode ${facts.mode.toString(8)}`;
  return error("/dev/null", found, "as root: rm -f /dev/null; mknod -m 666 /dev/null c 1 3");
}

/** Whether a program may push keystrokes into a terminal that it shares. */
function checkTerminals({ system: { files } }: Agent): Finding {
  const setting = files.read("/proc/sys/dev/tty/legacy_tiocsti")?.trim();
  if (setting === "0") {
    return ok("terminals", "keystrokes cannot be pushed into them (dev.tty.legacy_tiocsti = 0)");
  }
  const why = setting === undefined
    ? "a kernel before 6.2, or one that hides it"
    : `dev.tty.legacy_tiocsti = ${setting}`;
  return info(
    "terminals",
    `keystrokes can be pushed into them: ${why}`,
    "no task gets the terminal of an operator",
  );
}
