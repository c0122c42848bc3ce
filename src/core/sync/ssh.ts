/**
 * How other nodes are reached.
 *
 * @module
 */

/**
 * What is said to ssh besides `ssh_options`, which come first and so win: of an option that is there twice, ssh takes the
 * first. Nobody is there to answer questions; a node that hangs is noticed within a minute.
 */
const SSH_OPTIONS = [
  "BatchMode=yes",
  "ConnectTimeout=10",
  "ServerAliveInterval=15",
  "ServerAliveCountMax=4",
  "StrictHostKeyChecking=accept-new",
  "ForwardX11=no",
  "LogLevel=ERROR",
];

/** The words that start ssh, without the node. */
export function sshArgv(options: readonly string[]): string[] {
  return ["ssh", ...options, ...SSH_OPTIONS.flatMap((option) => ["-o", option])];
}

/** The words that run a shell text as a user of a node. */
export function remoteArgv(
  { options, user, node, text }: {
    readonly options: readonly string[];
    readonly user: string;
    readonly node: string;
    readonly text: string;
  },
): string[] {
  return [...sshArgv(options), "--", `${user}@${node}`, text];
}

/**
 * Words as one text for `rsync -e`, which splits at blanks, knows both quotes and no backslash; a quote that is there
 * twice in quotes is one.
 */
export function rsyncShellText(words: readonly string[]): string {
  const quoted = words.map((word) =>
    /[\s'"]/.test(word) || word === "" ? `'${word.replaceAll("'", "''")}'` : word
  );
  return quoted.join(" ");
}
