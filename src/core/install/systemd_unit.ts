import type { Installation } from "./installation.ts";
import { MARKER } from "./installation.ts";

/**
 * Writes the unit of systemd. It holds nothing that a task would inherit as a restriction: no sandbox, no limit of
 * processes or memory.
 */
export function systemdUnit({ self, environment, stopSeconds }: Installation): string {
  const command = (word: string) => [...self, "daemon", word].map(quoteWord).join(" ");
  const variables = Object.entries(environment).map(([name, value]) =>
    `Environment=${quoteAssignment(`${name}=${value}`)}\n`
  );
  return `${MARKER}
[Unit]
Description=agent: runs the tasks of services on schedule
After=local-fs.target remote-fs.target network.target time-sync.target nss-user-lookup.target
# A daemon that cannot start, such as for an error in node.conf, is tried until it can.
StartLimitIntervalSec=0

[Service]
Type=exec
${variables.join("")}ExecStart=${command("run")}
ExecReload=${command("reload")}
# Whatever ends it, it comes back; but not after "agent daemon stop", which ends it with 0.
Restart=always
RestartSec=1
RestartPreventExitStatus=0
# Commands that run are not stopped with the daemon, and may have control groups of their own.
KillMode=process
Delegate=yes
TasksMax=infinity
TimeoutStopSec=${stopSeconds}
# Memory that is short ends a task, and not the daemon; tasks start with a score of 0.
OOMPolicy=continue
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;
}

/** One word of a command line: percent signs are specifiers, and dollars are variables. */
function quoteWord(word: string): string {
  const text = escapeUnit(word).replaceAll("$", "$$$$");
  return /^[\w./@:+=%-]+$/.test(text) ? text : `"${text}"`;
}

/** Dollars mean nothing in a list of variables. */
function quoteAssignment(text: string): string {
  return `"${escapeUnit(text)}"`;
}

function escapeUnit(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("\n", "\\n");
}
