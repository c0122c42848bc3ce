/**
 * The text that starts every command: the last thing before the command itself, inside of whatever wrapper changes the
 * user, because PAM and sudo change limits and variables on the way.
 *
 * Written for dash, bash in its POSIX mode and BusyBox ash, with builtins only. Its words are, after `sh -c TEXT agent`:
 * umask, folder, limits (`n=1024 u=50`), names of variables, then the command.
 *
 * @module
 */

/** In front of the name of a variable while it travels, so that nothing on the way reads or changes it. */
export const CARRIER = "AGENT_X_";

/** Sets limits that are given as words `flag=value`; `u` is `p` in dash. Shared by the starter and the raiser. */
const SET_LIMITS = `
# shellcheck disable=SC3045
agent_x_limits() {
  for agent_x_word in $1; do
    agent_x_flag=\${agent_x_word%%=*} agent_x_value=\${agent_x_word#*=}
    ulimit "-$agent_x_flag" "$agent_x_value" 2>/dev/null && continue
    [ "$agent_x_flag" = u ] && ulimit "-p" "$agent_x_value" 2>/dev/null && continue
    agent_x_fail "set limit $agent_x_word"
  done
}`.trim();

/** One line on stderr, and the code of a command that could not be executed. */
const FAIL = `
agent_x_fail() {
  echo "agent: Cannot $1" >&2
  exit 126
}`.trim();

/**
 * The starter. Descriptors 3 to 9 are closed (sh cannot name higher ones; the agent marks those close-on-exec). What
 * `export -p` lists goes, then the wanted variables come out of their carriers. In bash, SHLVL would come back at
 * `exec`; an array is never exported.
 */
export const STARTER = `
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
${FAIL}
${SET_LIMITS}
umask "$1" 2>/dev/null || agent_x_fail "set umask $1"
{ echo 0 >/proc/self/oom_score_adj; } 2>/dev/null
cd "$2" 2>/dev/null || agent_x_fail "enter folder $2"
agent_x_limits=$3 agent_x_names=$4 agent_x_carriers=
for agent_x_word in $4; do agent_x_carriers="$agent_x_carriers ${CARRIER}$agent_x_word"; done
shift 4
set -f
IFS='
'
for agent_x_word in $(export -p); do
  case $agent_x_word in "export "*|"declare -x "*) ;; *) continue ;; esac
  agent_x_word=\${agent_x_word#export }
  agent_x_word=\${agent_x_word#declare -x }
  agent_x_word=\${agent_x_word%%=*}
  case "$agent_x_word" in
    ''|[0-9]*|*[!A-Za-z0-9_]*|UID|EUID|PPID|SHELLOPTS|BASHOPTS|BASH_VERSINFO) continue ;;
  esac
  case " $agent_x_carriers " in *" $agent_x_word "*) ;; *) unset -v "$agent_x_word" ;; esac
done
IFS=' 	
'
agent_x_limits "$agent_x_limits"
[ -z "\${BASH_VERSION-}" ] || eval 'SHLVL=(0)'
for agent_x_word in $agent_x_names; do
  eval "$agent_x_word=\\$${CARRIER}$agent_x_word"
  export "\${agent_x_word?}"
  unset -v "${CARRIER}$agent_x_word"
done
set +f
exec "$@"
`.trim();

/** Raises limits as root, before the wrapper: its user may not go above the hard limits that root came with. */
export const RAISER = `
${FAIL}
${SET_LIMITS}
agent_x_limits "$1"
shift
exec "$@"
`.trim();

/** Variables that the shell of the starter keeps for itself: it cannot hand on a wanted value for these. */
export const SHELL_OWNED: ReadonlySet<string> = new Set([
  "_",
  "BASHOPTS",
  "BASHPID",
  "BASH_VERSINFO",
  "DIRSTACK",
  "EUID",
  "FUNCNAME",
  "GROUPS",
  "LINENO",
  "OPTIND",
  "PPID",
  "RANDOM",
  "SECONDS",
  "SHELLOPTS",
  "SHLVL",
  "UID",
]);
