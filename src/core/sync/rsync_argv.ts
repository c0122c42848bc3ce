import { rsyncShellText, sshArgv } from "./ssh.ts";

/** What the rsync of this node can keep. */
export interface RsyncAbilities {
  readonly hasAcls: boolean;
  readonly hasXattrs: boolean;
}

/** One transfer to one place. */
export interface Transfer {
  /** Absolute, one of them at least. */
  readonly sources: readonly string[];
  readonly destination: string;
  /** Undefined for a copy on this node. */
  readonly remote: {
    readonly node: string;
    readonly user: string;
    readonly sshOptions: readonly string[];
    /** How the rsync of the other side is started, where that is not simply `rsync`. */
    readonly program?: string | undefined;
  } | undefined;
  /** The operator's own options, which come last and so win. */
  readonly options: readonly string[];
  /** Whether the built-in options are left away. */
  readonly resetsOptions: boolean;
  readonly bandwidth?: string | undefined;
  /** Seconds in which something must arrive. */
  readonly ioTimeout: number;
  readonly isDryRun: boolean;
  /** Whether somebody watches the progress. */
  readonly showsProgress: boolean;
}

/** Everything of a file, the deletions too, without crossing file systems. */
const KEPT = "HAXpogDtrlvx";
/** Characters that no remote shell touches. */
const PLAIN_REGEXP = /^[A-Za-z0-9_@%+=:,./-]*$/;

/** The arguments of rsync for a transfer. */
export function rsyncArguments(transfer: Transfer, abilities: RsyncAbilities): string[] {
  const { sources, destination, remote, options, isDryRun, showsProgress } = transfer;
  const place = remote === undefined ? destination : `${remote.user}@${remote.node}:${destination}`;
  return [
    ...(transfer.resetsOptions ? [] : builtIn(abilities)),
    ...(isDryRun ? ["--dry-run"] : []),
    ...(showsProgress ? ["--info=progress2", "--no-inc-recursive"] : []),
    `--timeout=${transfer.ioTimeout}`,
    ...(transfer.bandwidth === undefined ? [] : [`--bwlimit=${transfer.bandwidth}`]),
    ...(remote === undefined ? [] : remoteArguments(remote, destination)),
    ...options,
    "--",
    ...sources,
    place,
  ];
}

function builtIn({ hasAcls, hasXattrs }: RsyncAbilities): string[] {
  const kept = [...KEPT].filter((letter) => (letter !== "A" || hasAcls) && (letter !== "X" || hasXattrs));
  return [`-${kept.join("")}`, "--stats", "--delete", "--force"];
}

function remoteArguments(
  { sshOptions, program }: NonNullable<Transfer["remote"]>,
  destination: string,
): string[] {
  return [
    "-e",
    rsyncShellText(sshArgv(sshOptions)),
    ...(program === undefined ? [] : [`--rsync-path=${program}`]),
    // Old versions of rsync let the shell of the other side read the path.
    ...(PLAIN_REGEXP.test(destination) ? [] : ["--protect-args"]),
  ];
}

/** Reads from `rsync --version` what it was built with. */
export function abilitiesOf(versionText: string): RsyncAbilities {
  return {
    hasAcls: !/\bno ACLs\b/i.test(versionText),
    hasXattrs: !/\bno xattrs\b/i.test(versionText),
  };
}

/** What the common exit codes of rsync mean. */
const MEANINGS: Readonly<Record<number, string>> = {
  1: "it does not understand its options",
  2: "the other side has an incompatible version",
  3: "a source or the destination cannot be used",
  5: "the transfer could not begin",
  10: "the network failed",
  11: "files could not be read or written",
  12: "the connection broke, or never came about",
  14: "a pipe or a process could not be had",
  20: "it was interrupted",
  22: "no memory",
  23: "some files could not be sent",
  24: "some files vanished before they were sent",
  25: "there was more to delete than --max-delete allows",
  30: "nothing was received for too long",
  35: "the connection was not accepted in time",
  126: "rsync cannot be executed",
  127: "rsync is not there",
  255: "ssh could not connect",
};

/** The code for files that vanished meanwhile: what was there was sent. */
export const VANISHED = 24;

/** An exit code of rsync in words: `rsync exited with 23: some files could not be sent`. */
export function describeRsyncCode(code: number): string {
  const meaning = MEANINGS[code];
  return meaning === undefined ? `rsync exited with ${code}` : `rsync exited with ${code}: ${meaning}`;
}
