const VERSION_REGEXP = /^Sudo version (\d+)\.(\d+)(?:\.(\d+))?(?:p(\d+))?/m;
/** Older ones let local users become root by `--chroot` and `--host` (CVE-2025-32462 and 32463). */
const FIXED = [1, 9, 17, 1];

export interface SudoVersion {
  /** Such as `1.9.13p3`. */
  readonly text: string;
  /** Whether it is older than the first one without the known ways to become root; a distribution may have mended it. */
  readonly isOld: boolean;
}

/** Reads the output of `sudo -V`; undefined when it tells no version. */
export function parseSudoVersion(output: string): SudoVersion | undefined {
  const match = VERSION_REGEXP.exec(output);
  if (!match) return undefined;
  const numbers = match.slice(1).map((digits) => Number(digits ?? 0));
  const at = numbers.findIndex((number, i) => number !== FIXED[i]);
  const isOld = at >= 0 && numbers[at]! < FIXED[at]!;
  return { text: match[0].slice("Sudo version ".length), isOld };
}
