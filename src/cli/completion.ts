/**
 * Scripts that complete words and flags in bash, zsh and fish, from the specifications only. Names of services are
 * asked for when they are needed, with `agent ls`.
 *
 * @module
 */
import { everyFlag } from "./args.ts";
import type { CommandSpec } from "./command.ts";
import { dashed, type FlagSpec } from "./flag_spec.ts";
import { allFlags, GLOBAL_FLAGS, VERSION_FLAG } from "./flags.ts";

/** Shells that a script can be written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of `SHELLS`. */
export type Shell = typeof SHELLS[number];

/** Writes the completion script of a shell. */
export function completionScript(shell: Shell, commands: readonly CommandSpec[]): string {
  const tables = tablesOf(commands);
  switch (shell) {
    case "bash":
      return `# completion of agent for bash: source it, or keep it where bash-completion looks\n${
        bashBody(tables)
      }`;
    case "zsh":
      return `#compdef agent\n# completion of agent for zsh: source it after compinit\n` +
        `autoload -Uz bashcompinit && bashcompinit\n${bashBody(tables)}`;
    case "fish":
      return `# completion of agent for fish: keep it as ~/.config/fish/completions/agent.fish\n${
        fishBody(tables)
      }`;
  }
}

/**
 * What a script knows. Keys are the words typed so far, after `s` and the selector, or after `a` without one:
 * `s print` goes on with `config schedule status`.
 */
interface Tables {
  readonly words: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Choices of flags, by their names. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** First words that are no selector. */
  readonly first: readonly string[];
  readonly valued: readonly string[];
  readonly common: readonly string[];
}

function tablesOf(commands: readonly CommandSpec[]): Tables {
  const words = new Map<string, Set<string>>();
  const flags = new Map<string, readonly string[]>();
  for (const command of commands) {
    for (const path of pathsOf(command)) {
      path.forEach((word, i) => i > 0 && add(words, path.slice(0, i).join(" "), word));
      const key = path.join(" ");
      for (const choice of command.positional?.choices ?? []) add(words, key, choice);
      flags.set(key, allFlags(command).flatMap(namesOf));
    }
  }
  const valued = everyFlag(commands).filter(({ kind }) => kind !== "boolean");
  return {
    words: new Map([...words].map(([key, next]) => [key, [...next]])),
    flags,
    choices: new Map(valued.flatMap((flag) => namesOf(flag).map((name) => [name, flag.choices ?? []]))),
    first: [...words.get("a") ?? []],
    valued: valued.flatMap(namesOf),
    common: [...GLOBAL_FLAGS, VERSION_FLAG].flatMap(namesOf),
  };
}

/** The places and spellings of a command, as keys of the tables. */
function pathsOf(command: CommandSpec): string[][] {
  const places = command.scope !== "service" ? ["a"] : command.isSelectorOptional ? ["a", "s"] : ["s"];
  return places.flatMap((place) =>
    [command.words, ...(command.aliases ?? [])].map((words) => [place, ...words])
  );
}

function add(words: Map<string, Set<string>>, key: string, word: string): void {
  words.set(key, (words.get(key) ?? new Set()).add(word));
}

function namesOf(flag: FlagSpec): string[] {
  return [flag.name, ...(flag.aliases ?? [])].map(dashed);
}

function shCases(table: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...table].filter(([, words]) => words.length > 0);
  return lines.map(([key, words]) => `    "${key}") echo "${words.join(" ")}" ;;`).join("\n");
}

/** For bash, and for zsh through its adapter for completions of bash. */
function bashBody({ words, flags, choices, first, valued, common }: Tables): string {
  return `_agent_words() {
  case $1 in
${shCases(words)}
  esac
}

_agent_flags() {
  case $1 in
${shCases(flags)}
    *) echo "${common.join(" ")}" ;;
  esac
}

_agent_choices() {
  case $1 in
${shCases(choices)}
  esac
}

_agent_services() {
  "$1" ls --format csv 2>/dev/null | while IFS=, read -r name rest; do
    name=\${name%$'\\r'}
    [ "$name" = path ] || echo "$name"
  done
}

_agent_complete() {
  local current=\${COMP_WORDS[COMP_CWORD]} word= wanted= key= count=0 i list=
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then continue
    elif [ -n "$wanted" ]; then wanted=
    elif [ "$word" = -- ]; then return
    else
      case " ${valued.join(" ")} " in *" $word "*) wanted=$word; continue ;; esac
      case $word in -*) continue ;; esac
      count=$((count + 1))
      if [ $count -gt 1 ]; then key="$key \${word//_/ }"
      else
        case " ${first.join(" ")} " in *" $word "*) key="a $word" ;; *) key=s ;; esac
      fi
    fi
  done
  [ "$current" != = ] || current=
  if [ -n "$wanted" ]; then
    list=$(_agent_choices "$wanted")
    [ -n "$list" ] || COMPREPLY=($(compgen -f -- "$current"))
  else
    case $current in
      -*) list=$(_agent_flags "$key") ;;
      *)
        if [ $count -gt 0 ]; then list=$(_agent_words "$key")
        else list="${first.join(" ")} $(_agent_services "\${COMP_WORDS[0]}")"
        fi ;;
    esac
  fi
  [ -z "$list" ] || COMPREPLY=($(compgen -W "$list" -- "$current"))
}

complete -F _agent_complete agent
`;
}

function fishCases(table: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...table].filter(([, words]) => words.length > 0);
  return lines.map(([key, words]) => `    case "${key}"\n      string split " " -- "${words.join(" ")}"`)
    .join("\n");
}

function fishBody({ words, flags, choices, first, valued, common }: Tables): string {
  return `function __agent_words
  switch "$argv[1]"
${fishCases(words)}
  end
end

function __agent_flags
  switch "$argv[1]"
${fishCases(flags)}
    case "*"
      string split " " -- "${common.join(" ")}"
  end
end

function __agent_choices
  switch "$argv[1]"
${fishCases(choices)}
    case "*"
      __fish_complete_path (commandline -ct)
  end
end

function __agent_complete
  set -l tokens (commandline -opc)
  set -l wanted ""
  set -l key ""
  set -l count 0
  for word in $tokens[2..-1]
    if test -n "$wanted"
      set wanted ""
    else if test "$word" = "--"
      return
    else if contains -- $word ${valued.join(" ")}
      set wanted $word
    else if not string match -q -- "-*" $word
      set count (math $count + 1)
      if test $count -gt 1
        set key "$key "(string replace -a _ " " -- $word)
      else if contains -- $word ${first.join(" ")}
        set key "a $word"
      else
        set key s
      end
    end
  end
  if test -n "$wanted"
    __agent_choices $wanted
  else if string match -q -- "-*" (commandline -ct)
    __agent_flags $key
  else if test $count -gt 0
    __agent_words $key
  else
    string split " " -- "${first.join(" ")}"
    $tokens[1] ls --format csv 2>/dev/null | string replace -r "[,\\r].*" "" | string match -v path
  end
end

complete -c agent -f -a "(__agent_complete)"
`;
}
