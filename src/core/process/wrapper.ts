/**
 * The programs that change the user, and the whole command line that starts a command.
 *
 * @module
 */
import type { Identity } from "./identity.ts";
import { type Limits, limitsAbove, limitWords } from "./limits.ts";
import { chooseHolder, guarded, type PtyHolder, type PtyPrograms, underScript } from "./pty.ts";
import type { SignalName } from "./signal_names.ts";
import { CARRIER, RAISER, STARTER } from "./starter.ts";

export type Wrapper = "setpriv" | "runuser" | "su" | "sudo";
export const WRAPPERS: readonly Wrapper[] = ["setpriv", "runuser", "su", "sudo"];

/** A wrapper program of the host. */
export interface WrapperProgram {
  /** Absolute path. */
  readonly path: string;
  /** Whether it is BusyBox's, which can do less. */
  readonly isBusybox: boolean;
}

export type WrapperPrograms = Readonly<Partial<Record<Wrapper, WrapperProgram>>>;

/** What stands in front of the command; `none` when it stays the agent's own user. */
export type ChosenWrapper = { readonly kind: "none" } | (WrapperProgram & { readonly kind: Wrapper });

interface Refused {
  readonly kind: "refused";
  readonly reason: string;
}

/** What decides about the wrapper. */
export interface WrapperChoice {
  /** `impersonate` of the node: `auto`, or one by name. */
  readonly wanted: "auto" | Wrapper;
  readonly ownUid: number;
  readonly identity: Identity;
  readonly programs: WrapperPrograms;
  /** For an interactive command, which must never get the operator's own terminal as another user. */
  readonly pty?: PtyPrograms | undefined;
}

/** Chooses the wrapper for the identity, or says why there is none that can do it. */
export function chooseWrapper(choice: WrapperChoice): ChosenWrapper | Refused {
  const { wanted, ownUid, identity, programs, pty } = choice;
  if (identity.uid === ownUid && !identity.chosenGroup) return { kind: "none" };
  const usable = ownUid === 0 ? (["setpriv", "runuser", "su"] as const) : (["sudo"] as const);
  const candidates: readonly Wrapper[] = wanted === "auto" ? usable : [wanted];
  const who = `Cannot run as user "${identity.name}"`;
  if (ownUid !== 0 && wanted !== "auto" && wanted !== "sudo") {
    return refused(`${who}: ${wanted} works for root only, expected impersonate = auto or sudo`);
  }
  const found = candidates.find((kind) =>
    programs[kind] && missingAbility(kind, programs[kind], { identity, pty }) === undefined
  );
  const program = found && programs[found];
  if (program) return { kind: found, ...program };
  const reasons = candidates.map((kind) => whyNot(kind, programs[kind], { identity, pty }));
  return refused(`${who}: ${reasons.join(", ")}, expected a wrapper program that can do it`);
}

function refused(reason: string): Refused {
  return { kind: "refused", reason };
}

type Wish = Pick<WrapperChoice, "identity" | "pty">;

function whyNot(kind: Wrapper, program: WrapperProgram | undefined, wish: Wish): string {
  return program ? missingAbility(kind, program, wish) ?? `${kind} is usable` : `${kind} is not installed`;
}

function missingAbility(kind: Wrapper, program: WrapperProgram, { identity, pty }: Wish): string | undefined {
  if (program.isBusybox && kind !== "su") return `${kind} of BusyBox cannot change the user`;
  if (program.isBusybox && identity.chosenGroup) return `${kind} of BusyBox cannot set a group`;
  if (pty && !chooseHolder(kind, pty)) {
    return `${kind} cannot give it a terminal of its own without the script program of util-linux`;
  }
  return undefined;
}

/** A command to start, decided in all points. */
export interface LaunchRequest {
  readonly wrapper: ChosenWrapper;
  readonly identity: Identity;
  readonly argv: readonly string[];
  /** Exactly what the command gets; names must be those that `taskEnvironment` lets through. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; entered as the target user. */
  readonly cwd: string;
  /** File mode creation mask; 0o022 by default. */
  readonly umask?: number;
  readonly limits?: Limits;
  /** The agent's own hard limits, from `parseHardLimits`. */
  readonly hardLimits?: Limits;
  readonly ownUid: number;
  /** Whether the agent may raise hard limits, from `mayRaiseLimits`; by default it may when it is root. */
  readonly mayRaise?: boolean;
  /** Who holds the pseudo-terminal of an interactive command. */
  readonly pty?: PtyHolder | undefined;
  /** The `setpriv` that guards the holder, from `PtyPrograms`. */
  readonly guard?: string | undefined;
}

/** What to hand to the process port; its folder is `/`, because the starter enters the right one. */
export interface Launch {
  readonly kind: "ready";
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** What the wrapper itself runs with: it finds nothing that a caller prepared. */
const WRAPPER_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Builds the command line and the environment of the outermost process, or says why it cannot. */
export function wrap(request: LaunchRequest): Launch | Refused {
  const { identity, limits = {}, hardLimits = {}, ownUid, mayRaise = ownUid === 0 } = request;
  const raised = limitsAbove(limits, hardLimits);
  const isRaised = Object.keys(raised).length > 0;
  if (isRaised && !mayRaise) {
    const names = Object.keys(raised).map((name) => `limit_${name}`).join(", ");
    return refused(
      `Cannot set ${names} for user "${identity.name}": the value is above the agent's own hard limit, expected at most that`,
    );
  }
  const inner = held(request, wrapped(request, starterArgv(request)));
  return {
    kind: "ready",
    argv: isRaised ? ["/bin/sh", "-c", RAISER, "agent", limitWords(raised), ...inner] : inner,
    env: { PATH: WRAPPER_PATH, ...carried(request.env) },
  };
}

function starterArgv({ argv, env, cwd, umask = 0o022, limits = {} }: LaunchRequest): [string, ...string[]] {
  const mask = umask.toString(8).padStart(3, "0");
  const names = Object.keys(env).join(" ");
  return ["/bin/sh", "-c", STARTER, "agent", mask, cwd, limitWords(limits), names, ...argv];
}

function carried(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [`${CARRIER}${name}`, value]));
}

/** What holds the terminal stays outside of the wrapper, so that it is not the user's to tamper with. */
function held(
  { pty, guard, wrapper, identity, ownUid }: LaunchRequest,
  argv: [string, ...string[]],
): [string, ...string[]] {
  if (pty === undefined) return argv;
  const owner = ownUid === 0 && wrapper.kind !== "none" ? identity.uid : undefined;
  const holder = pty.kind === "script" ? underScript(pty.path, argv, owner) : argv;
  return guard === undefined ? holder : guarded(guard, holder);
}

function wrapped(
  { wrapper, identity, env, pty }: LaunchRequest,
  inner: [string, ...string[]],
): [string, ...string[]] {
  const ptyFlag = pty?.kind === "wrapper" ? ["--pty"] : [];
  switch (wrapper.kind) {
    case "none":
      return inner;
    case "setpriv":
      return [wrapper.path, ...setprivFlags(identity), "--", ...inner];
    case "runuser":
      return [wrapper.path, "-u", identity.name, ...groupFlags(identity), ...ptyFlag, "--", ...inner];
    case "su":
      // The arguments go through the shell of `su` as they are: nothing is quoted, nothing is split again.
      return [
        wrapper.path,
        ...groupFlags(identity),
        ...ptyFlag,
        "-s",
        "/bin/sh",
        // With `-c` that of util-linux starts a session, which would have no terminal.
        pty?.kind === "script" && !wrapper.isBusybox ? "--session-command" : "-c",
        'exec "$@"',
        "--",
        identity.name,
        "agent",
      ]
        .concat(inner) as [string, ...string[]];
    case "sudo":
      return [wrapper.path, ...sudoFlags(identity, Object.keys(carried(env))), "--", ...inner];
  }
}

/** `--init-groups` asks for the first name of the uid and leaves a chosen group out: then the list is given. */
function setprivFlags(identity: Identity): string[] {
  const { uid, gid, chosenGroup, isMainName } = identity;
  const set = chosenGroup || !isMainName ? ["--groups", identity.groups.join(",")] : ["--init-groups"];
  return ["--reuid", String(uid), "--regid", String(gid), ...set];
}

/** With `-g` alone, `runuser` and `su` drop all other groups; the first of them is the one that `-g` names. */
function groupFlags({ chosenGroup }: Identity): string[] {
  if (!chosenGroup) return [];
  return ["-g", chosenGroup.name, ...chosenGroup.all.slice(1).flatMap((name) => ["-G", name])];
}

function sudoFlags({ name, chosenGroup }: Identity, carriers: readonly string[]): string[] {
  const group = chosenGroup ? ["-g", chosenGroup.name] : [];
  const kept = carriers.length > 0 ? [`--preserve-env=${carriers.join(",")}`] : [];
  return ["-n", "-H", "-u", name, ...group, ...kept];
}

/** A command line that shows, without any effect, whether sudo lets the agent run as the user and hand variables on. */
export function sudoProbe(program: WrapperProgram, identity: Identity): readonly [string, ...string[]] {
  const carrier = `${CARRIER}PROBE`;
  return [
    "/usr/bin/env",
    `${carrier}=1`,
    program.path,
    ...sudoFlags(identity, [carrier]),
    "--",
    "/bin/sh",
    "-c",
    ":",
  ];
}

/** A command line whose output tells, in the words of `/proc/PID/stat`, which terminal sudo gives to a command. */
export function sudoPtyProbe(program: WrapperProgram, identity: Identity): readonly [string, ...string[]] {
  return [
    program.path,
    ...sudoFlags(identity, []),
    "--",
    "/bin/sh",
    "-c",
    'read -r line </proc/$$/stat; echo "$line"',
  ];
}

/** A command line that signals processes of the identity's user, for an agent that is not root itself. */
export function sudoKill(
  program: WrapperProgram,
  identity: Identity,
  signal: SignalName,
  pids: readonly number[],
): readonly [string, ...string[]] {
  const flags = ["-n", "-u", identity.name, "--", "/bin/sh", "-c", 'kill "$@"', "sh", "-s", signal.slice(3)];
  return [program.path, ...flags, ...pids.map(String)];
}

/** The line for the sudoers file that lets the agent's user run as the identity. */
export function sudoersLine(ownName: string, identity: Identity): string {
  const target = identity.chosenGroup ? `${identity.name}:${identity.chosenGroup.name}` : identity.name;
  return `${ownName} ALL=(${target}) NOPASSWD:SETENV: /bin/sh`;
}
