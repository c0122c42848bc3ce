#!/bin/sh
# agent @VERSION@: this text, then the runtime and the program, as a tar packed by gzip (made by scripts/build).
#
# They are unpacked once, into the folder @ID@ under /var/cache/agent (root) or ${XDG_CACHE_HOME:-~/.cache}/agent, or
# under AGENT_RUNTIME_DIR. Only what nobody but the caller and root can change is ever executed: the whole way to the
# folder is looked at when it is made, and the path it was made for is kept in it. Who wants to change a folder on that
# way later has to be the caller or root, so a start that finds its own path there needs no second look, and no
# process. Uses: gzip id ls mkdir mktemp mv readlink rm sync tail tar (BusyBox has them all), and find.
set -f
id=@ID@

case $0 in
  /*) AGENT_EXECUTABLE=$0 ;;
  */*) AGENT_EXECUTABLE=$PWD/$0 ;;
  *)
    AGENT_EXECUTABLE=$PWD/$0
    [ -f "$AGENT_EXECUTABLE" ] || AGENT_EXECUTABLE=$(command -v "$0")
    ;;
esac
[ ! -L "$AGENT_EXECUTABLE" ] || AGENT_EXECUTABLE=$(readlink -f "$AGENT_EXECUTABLE")
export AGENT_EXECUTABLE AGENT_CALLED_AS="$0"

# Variables meant for another Deno or Node must not change this one. (A piece of a value may look like a name: it is
# then a variable of that family, or none at all.)
for name in $(export -p); do
  case $name in
    DENO_*=* | NODE_*=* | OTEL_*=* | NPM_CONFIG_*=* | JSR_*=*)
      name=${name%%=*}
      case $name in *[!A-Za-z0-9_]*) ;; *) unset "$name" ;; esac
      ;;
  esac
done

# Runs a script of the runtime folder. Deno would read an .npmrc in HOME, so it gets another one; the program, which
# starts with a line for that (see scripts/build), takes HOME back. V8 would parse the whole program again at the first
# exception, for its line numbers, and compiles a function when it is first called: the cache holds all of it compiled.
# Without the cache, to compile everything would take longer. What is cached is only taken with the same flags.
deno() {
  v8=--no-enable-lazy-source-positions
  if [ -n "$is_warming_up" ] || [ -w "$rt/cache/v8_code_cache_v2" ]; then v8=$v8,--no-lazy; fi
  if [ -n "${HOME+set}" ]; then export AGENT_HOME="$HOME"; else unset AGENT_HOME; fi
  export HOME="$rt" DENO_DIR="${cache:-$rt/cache}" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
  exec "$rt/deno" run --quiet --allow-all --no-prompt --cached-only --no-remote --no-npm --no-config --no-lock \
    --v8-flags="$v8" "$@"
}

if [ -n "${AGENT_RUNTIME_DIR:-}" ]; then
  case $AGENT_RUNTIME_DIR in /*) base=$AGENT_RUNTIME_DIR ;; *) base=$PWD/$AGENT_RUNTIME_DIR ;; esac
elif [ -O /var/cache/agent ]; then
  base=/var/cache/agent
else
  case ${XDG_CACHE_HOME:-} in /*) base=$XDG_CACHE_HOME/agent ;; *) base=${HOME:+$HOME/.cache/agent} ;; esac
fi
rt=$base/$id
is_warming_up=
if [ -O "$rt/at" ] && [ -O "$rt" ] && [ ! -L "$rt" ] && [ -x "$rt/deno" ] && [ -s "$rt/agent.js" ]; then
  IFS= read -r at <"$rt/at"
  [ "$at" != "$rt" ] || deno "$rt/agent.js" "$@"
fi

# --- a first start, or a folder that has to be looked at -------------------------------------------------------------

fail() {
  printf 'agent: %s\n' "$*" >&2
  exit 1
}

# Names on stdout what of $@ somebody other than the caller or root could change. Writable by the group is fine where
# the group is the caller's own and named like the caller; writable by all is fine for a sticky folder, since what is
# below it is looked at too.
doubtful() {
  # shellcheck disable=SC2012 # the names are only shown
  LC_ALL=C ls -lnd "$@" 2>&1 | while read -r mode _ owner group _ _ _ _ name; do
    case $owner in 0 | "$uid") ;; *) echo "\"${name%/.}\" belongs to user $owner" ;; esac
    case $mode in
      [!-d]*) echo "\"$name\" is no plain file or folder" ;;
      ????????w[tT]* | ?????w???[tT]*) ;;
      ????????w*) echo "\"${name%/.}\" can be written by everybody" ;;
      ?????w*) [ "$group" = "$own_group" ] || echo "\"${name%/.}\" can be written by group $group" ;;
    esac
  done
}

# Fails unless the folders on the way to $1, as written and as linked, and the further paths given, are beyond doubt.
look_at() {
  physical=$(CDPATH='' cd -P "$1" 2>/dev/null && pwd -P) || fail "Cannot use the runtime folder \"$1\": it cannot be entered"
  for path in "$1" "$physical"; do
    while :; do
      set -- "$@" "$path/."
      [ -n "$path" ] || break
      path=${path%/*}
    done
  done
  shift
  doubt=$(doubtful "$@")
  [ -z "$doubt" ] || fail "Cannot use the runtime folder \"$physical\": ${doubt%%
*}, expected the caller or root alone"
}

is_whole() {
  [ -d "$rt" ] && [ -x "$rt/deno" ] && [ -s "$rt/deno" ] && [ -s "$rt/agent.js" ]
}

# Unpacks into a new folder, then gives it its name: of two first starts at once, one has nothing to rename any more.
unpack() {
  new=$(mktemp -d "$base/.new-XXXXXX" 2>/dev/null) ||
    fail "Cannot unpack the runtime into \"$base\": no folder can be made there, expected a writable one in AGENT_RUNTIME_DIR"
  trap 'rm -rf "$new"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  problem=$({ tail -n +@LINES@ "$AGENT_EXECUTABLE" | { gzip -dc 2>/dev/null || echo damaged >&2; } |
    tar -xmof - -C "$new"; } 2>&1) || problem="${problem:-unknown reason}"
  case $problem in
    '') ;;
    *' space left '* | *'uota exceeded'*)
      fail "Cannot unpack the runtime into \"$base\": there is no room, expected 110 MB there or in AGENT_RUNTIME_DIR"
      ;;
    *damaged*) fail "Cannot unpack the runtime: \"$AGENT_EXECUTABLE\" is damaged, expected it as it was built" ;;
    *) fail "Cannot unpack the runtime into \"$base\": ${problem%%
*}, expected a writable folder there or in AGENT_RUNTIME_DIR" ;;
  esac
  if ! mkdir "$new/cache" || ! printf '%s\n' "$rt" >"$new/at"; then
    fail "Cannot write into \"$base\": there is no room, expected 110 MB there or in AGENT_RUNTIME_DIR"
  fi
  sync "$new/deno" "$new/agent.js" "$new/at" 2>/dev/null || sync
  [ -x "$new/deno" ] ||
    fail "Cannot use the runtime folder \"$base\": programs are not executed there, expected another one in AGENT_RUNTIME_DIR"
  "$new/deno" --version >/dev/null 2>&1 ||
    fail "Cannot start the runtime: it does not run on this machine, expected Linux on @ARCH@ with glibc 2.27 or later and libgcc"
  [ ! -e "$rt" ] || is_whole || mv "$rt" "$new/broken"
  mv "$new" "$rt" 2>/dev/null
  rm -rf "${rt:?}/${new##*/}" "$rt/broken"
}

# Saves a third of the time of every later start: has the compiled program cached, then the cache's journals merged.
warm_up() {
  is_warming_up=yes
  (deno "$rt/warm_up.js") && (cache=$rt/scratch && deno "$rt/warm_up.js" "$rt/cache")
  rm -rf "$rt/scratch"
  is_warming_up=
}

if ! uid=$(id -u) || [ -z "$base" ] && [ "$uid" != 0 ]; then
  fail 'Cannot find a place for the runtime: HOME is not set, expected it, XDG_CACHE_HOME or AGENT_RUNTIME_DIR'
fi
[ -n "${AGENT_RUNTIME_DIR:-}" ] || [ "$uid" != 0 ] || base=/var/cache/agent
rt=$base/$id
user=$(id -un 2>/dev/null)
own_group=none
[ -z "$user" ] || [ "$user" != "$(id -gn 2>/dev/null)" ] || own_group=$(id -g)

if ! is_whole; then
  (umask 077 && mkdir -p "$base") 2>/dev/null ||
    fail "Cannot make the runtime folder \"$base\": its place is not writable, expected a writable one in AGENT_RUNTIME_DIR"
  look_at "$base"
  find "$base" -maxdepth 1 -name '.new-*' -mmin +60 -exec rm -rf {} + 2>/dev/null
  mask=$(umask)
  umask 077
  unpack
  warm_up </dev/null >/dev/null 2>&1
  umask "$mask"
  trap - EXIT HUP INT TERM
fi
is_whole || fail "Cannot use the runtime folder \"$rt\": it is not whole, expected it as it was unpacked"
look_at "$rt" "$rt/deno" "$rt/agent.js"
deno "$rt/agent.js" "$@"
exit 1
