/**
 * The text that stands between the daemon and a command: a shell in a session of its own that outlives the daemon, keeps
 * what the command writes in files, and writes down how it ended.
 *
 * Written for dash, bash in its POSIX mode and BusyBox ash. It is a file in the folder of the run: whoever looks at the
 * list of processes sees a short line, and bash says how a command ended only when it reads a file. Standard input is a
 * pipe whose other end only the agent holds: its end tells that the agent is gone.
 *
 * @module
 */
import { quote } from "./quote.ts";

/** Names of the files in the folder of a run. */
export const RUN_FILES = {
  /** The text of the supervisor. */
  supervisor: "supervisor",
  /** The agent's record on the first line; below it what the supervisor tells, see `run_status.ts`. */
  status: "status",
  out: "out",
  err: "err",
  /** How far the output is in the log. */
  read: "read",
  /** The watcher, once it works without an agent. */
  alone: "alone",
} as const;

/** What an output file may grow to while no agent is there to keep it short, in KiB; then its middle is thrown away. */
const UNREAD_KIB = 65_536;
/** What is kept of its beginning and of its end, in bytes. */
const KEPT_BYTES = 1_048_576;
/** Between two looks of the watcher, in seconds. */
const LOOK_SECONDS = 5;

/**
 * Finds every process of the run: who is in its control group, descends from the supervisor, or shares a session with
 * one of them. The supervisor and its watcher are spared.
 */
const MEMBERS = `
members() {
  pids=' ' sessions=" $$ "
  [ -z "$g" ] || while read -r p; do pids="$pids$p "; done <"$g/cgroup.procs"
  for round in 1 2 3 4; do
    for file in /proc/[0-9]*/stat; do
      read -r line <"$file" || continue
      p=\${line%% *}
      # shellcheck disable=SC2086 # words
      set -- \${line##*) }
      case "$p $2 $1" in "$$ "* | "$me "* | *" $me "* | *Z) continue ;; esac
      case $pids in *" $p "*) continue ;; esac
      case "$pids$$ .$sessions" in *" $2 "*.* | *.*" $4 "*) pids="$pids$p " sessions="$sessions$4 " ;; esac
    done
  done
  [ "$pids" != ' ' ]
}
end() {
  members || return
  [ "$1" != KILL ] || [ -z "$g" ] || echo 1 >"$g/cgroup.kill"
  for p in $pids; do kill "-$1" "$p"; done
}`.trim();

/** Waits for the end of the agent; from then on it keeps the time limit, and the output within bounds. */
const WATCHER = `
watch() {
  exec >/dev/null 2>&1
  while read -r line; do :; done <&3
  IFS= read -r line </proc/self/stat
  me=\${line%% *}
  # shellcheck disable=SC2086 # words
  start_of \${line##*) }
  trap 'kill $nap; exit' TERM
  echo "$me $start" >"$d/alone"
  # The folder is there until the run is on record, whatever became of the supervisor.
  while [ -e "$d/status" ]; do
    left=$n
    if [ -n "$t" ]; then
      read -r now rest </proc/uptime
      left=$((began + t - \${now%%.*}))
      [ "$left" -gt 0 ] || break
      [ "$left" -le "$n" ] || left=$n
    fi
    sleep "$left" & nap=$!
    wait "$nap"
    for stream in out err; do
      size=$(du -k "$d/$stream")
      [ "\${size%%[!0-9]*}" -gt ${UNREAD_KIB} ] || continue
      [ -e "$d/$stream.head" ] || head -c ${KEPT_BYTES} "$d/$stream" >"$d/$stream.head"
      tail -c ${KEPT_BYTES} "$d/$stream" >"$d/$stream.tail"
      : >"$d/$stream"
    done
  done
  [ -e "$d/status" ] || exit
  # The supervisor may see its command end before everybody is ended: then it waits.
  trap '' TERM
  echo timeout >>"$d/status"
  end TERM
  while [ "$k" -gt 0 ] && members; do
    sleep 1
    k=$((k - 1))
  done
  for try in 1 2 3; do end KILL; done
}`.trim();

/**
 * The supervisor. It is hit by signals for the whole session and must outlive them; a handler, unlike an ignored signal,
 * is not handed on to the command. What the shell says of a command that a signal ended lands in the status, which
 * tells such an end from an exit code above 128.
 */
const SUPERVISOR = `
umask 077
exec 2>>"$d/status" 3<&0 </dev/null
trap : HUP INT QUIT TERM USR1 USR2 ALRM
${MEMBERS}
${WATCHER}
start_of() { shift 19; start=$1; }
read -r began rest </proc/uptime
began=\${began%%.*}
watch &
w=$!
IFS= read -r line </proc/$$/stat
# shellcheck disable=SC2086 # words
start_of \${line##*) }
IFS= read -r boot </proc/sys/kernel/random/boot_id
echo "supervisor $$ $start $w $boot" >>"$d/status"
(
  exec 3<&-
  IFS= read -r line </proc/self/stat
  # shellcheck disable=SC2086 # words
  start_of \${line##*) }
  echo "command \${line%% *} $start" >>"$d/status"
  [ -z "$g" ] || { echo "\${line%% *}" >"$g/cgroup.procs"; } 2>/dev/null
  exec "$@" >>"$d/out" 2>>"$d/err"
)
code=$?
echo "exit $code" >>"$d/status"
# A shell that has just been forked may miss a TERM; one that works alone has set its trap, and has a sleep to end.
if [ -e "$d/alone" ]; then kill "$w"; else kill -KILL "$w"; fi 2>/dev/null
wait "$w" 2>/dev/null
exit "$code"
`.trim();

/** What the supervisor is told. */
export interface Supervision {
  /** The folder of the run; it exists, with its status and output files. */
  readonly folder: string;
  /** The folder of the control group that the command joins. */
  readonly group?: string | undefined;
  /** In seconds; kept by the supervisor itself when the agent is gone. */
  readonly timeout?: number | undefined;
  /** Between TERM and KILL, in seconds. */
  readonly killGrace: number;
  /** Between two looks at the output while no agent is there, in seconds; 5 by default. */
  readonly lookSeconds?: number;
}

/** The text of the supervisor of one run, around a command line. */
export function supervisorText(
  { folder, group = "", timeout, killGrace, lookSeconds = LOOK_SECONDS }: Supervision,
  argv: readonly string[],
): string {
  const limit = timeout === undefined ? "" : String(Math.ceil(timeout));
  const facts = `d=${quote(folder)} g=${quote(group)} t=${limit} k=${Math.ceil(killGrace)} n=${lookSeconds}`;
  return `${facts}\nset -- ${argv.map(quote).join(" ")}\n${SUPERVISOR}\n`;
}

/** The command line of the supervisor whose text is in the folder. */
export function supervisorArgv(folder: string): [string, ...string[]] {
  return ["/bin/sh", `${folder}/${RUN_FILES.supervisor}`];
}

/** Joins a control group and becomes the command: what the supervisor does, for a command without one. */
const JOINER = `{ echo $$ >"$1/cgroup.procs"; } 2>/dev/null
shift
exec "$@"`;

/** A command line that runs in a control group. */
export function joiningArgv(group: string, argv: readonly string[]): [string, ...string[]] {
  return ["/bin/sh", "-c", JOINER, "agent", group, ...argv];
}
