import type { Files, Host } from "../ports.ts";
import { UNIT } from "./daemon_manager.ts";

/** What starts daemons when a host boots. */
export type Manager = "systemd" | "sysv";

type Command = readonly [string, ...string[]];

/** How the daemon is made known to what boots this host. */
export interface Boot {
  readonly manager: Manager;
  /** Whether this host runs it now. */
  readonly isBooted: boolean;
  /** Where its file is. */
  readonly file: string;
  /** Makes it notice that the file has changed. */
  readonly refresh: readonly Command[];
  /** Has the daemon started at each boot, and now. */
  readonly enable: readonly Command[];
  readonly disable: readonly Command[];
  /** The same, and stops the daemon. */
  readonly disableNow: readonly Command[];
}

const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
const SCRIPT = "/etc/init.d/agent";

type Ports = { readonly files: Pick<Files, "facts">; readonly host: Pick<Host, "findProgram"> };

/** The ways of a manager on this host; of the one that the host was booted with, unless it is named. */
export function bootOf(ports: Ports, manager?: Manager): Boot {
  // The folder that tells so, as sd_booted(3) has it.
  const hasSystemd = ports.files.facts("/run/systemd/system")?.kind === "folder";
  return (manager ?? (hasSystemd ? "systemd" : "sysv")) === "systemd"
    ? systemd(hasSystemd && ports.host.findProgram("systemctl", PATH) !== undefined)
    : sysv(!hasSystemd, ports.host);
}

function systemd(isBooted: boolean): Boot {
  return {
    manager: "systemd",
    isBooted,
    file: `/etc/systemd/system/${UNIT}`,
    refresh: isBooted ? [["systemctl", "daemon-reload"]] : [],
    enable: [["systemctl", "enable", "--now", UNIT]],
    disable: isBooted ? [["systemctl", "disable", UNIT]] : [],
    disableNow: isBooted ? [["systemctl", "disable", "--now", UNIT]] : [],
  };
}

/** Debian and Red Hat have a tool of their own for the links of the run levels; others have to be told by hand. */
function sysv(isBooted: boolean, host: Pick<Host, "findProgram">): Boot {
  const has = (name: string) => host.findProgram(name, PATH) !== undefined;
  const [on, off]: readonly (readonly Command[])[] = has("update-rc.d")
    ? [[["update-rc.d", "agent", "defaults"]], [["update-rc.d", "-f", "agent", "remove"]]]
    : has("chkconfig")
    ? [[["chkconfig", "--add", "agent"]], [["chkconfig", "--del", "agent"]]]
    : [[], []];
  return {
    manager: "sysv",
    isBooted,
    file: SCRIPT,
    refresh: [],
    enable: [...on!, [SCRIPT, "start"]],
    disable: off!,
    disableNow: [[SCRIPT, "stop"], ...off!],
  };
}
