import type { Installation } from "./installation.ts";
import { KEPT_VARIABLES, MARKER } from "./installation.ts";

/** Writes the start script for hosts without systemd: an LSB script for any `/bin/sh`, that of BusyBox included. */
export function initScript({ self, environment }: Installation): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${quote(value)}\n`);
  const names = Object.keys(environment);
  const exports = names.length === 0 ? "" : `export ${names.join(" ")}\n`;
  // The shell that calls the script may be set up for another root.
  const others = KEPT_VARIABLES.filter((name) => !names.includes(name));
  const unset = others.length === 0 ? "" : `unset ${others.join(" ")}\n`;
  return `${HEAD}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
${unset}${variables.join("")}${exports}umask 022
cd / || exit 1

agent_daemon() {
  ${self.map(quote).join(" ")} daemon "$@"
}
${body(quote(self[0]))}`;
}

const HEAD = `#!/bin/sh
### BEGIN INIT INFO
# Provides:          agent
# Required-Start:    $local_fs $remote_fs
# Required-Stop:     $local_fs $remote_fs
# Should-Start:      $network $time
# Should-Stop:       $network
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: run the tasks of services on schedule
# Description:       Starts and stops the scheduler of the agent.
### END INIT INFO
# chkconfig: 2345 95 05
# description: runs the tasks of services on schedule
${MARKER}`;

/** Codes are those of LSB: `status` of a daemon that does not run is 3, a wrong word 2, a missing program 5. */
function body(program: string): string {
  return `
is_running() {
  agent_daemon status >/dev/null 2>&1
}

if [ ! -x ${program} ]; then
  echo "agent: the executable is missing:" ${program} >&2
  [ "\${1-}" = stop ] && exit 0
  exit 5
fi

case \${1-} in
  start) is_running || agent_daemon start ;;
  stop) agent_daemon stop ;;
  restart) agent_daemon restart ;;
  try-restart | condrestart) if is_running; then agent_daemon restart; fi ;;
  reload) agent_daemon reload ;;
  force-reload) if is_running; then agent_daemon reload; fi ;;
  status)
    agent_daemon status
    case $? in
      0) exit 0 ;;
      1) exit 3 ;;
      *) exit 4 ;;
    esac
    ;;
  *)
    echo "usage: $0 start|stop|restart|try-restart|reload|force-reload|status" >&2
    exit 2
    ;;
esac
`;
}

function quote(word: string): string {
  return /^[\w./@:+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
