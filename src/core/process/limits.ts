/**
 * Resource limits of a command, in the words of `ulimit`.
 *
 * @module
 */

/** Limits in bytes, seconds (`cpu`) or numbers (`nofile`, `nproc`); soft and hard at once. */
export type Limits = Readonly<Partial<Record<LimitName, number>>>;

export type LimitName =
  | "as"
  | "core"
  | "cpu"
  | "data"
  | "fsize"
  | "memlock"
  | "nofile"
  | "nproc"
  | "rss"
  | "stack";

interface LimitRow {
  readonly flag: string;
  /** What one unit of `ulimit` is, in units of the limit. */
  readonly unit: number;
  /** How `/proc/PID/limits` calls it. */
  readonly title: string;
}

const ROWS: Readonly<Record<LimitName, LimitRow>> = {
  as: { flag: "v", unit: 1024, title: "Max address space" },
  core: { flag: "c", unit: 512, title: "Max core file size" },
  cpu: { flag: "t", unit: 1, title: "Max cpu time" },
  data: { flag: "d", unit: 1024, title: "Max data size" },
  fsize: { flag: "f", unit: 512, title: "Max file size" },
  memlock: { flag: "l", unit: 1024, title: "Max locked memory" },
  nofile: { flag: "n", unit: 1, title: "Max open files" },
  nproc: { flag: "u", unit: 1, title: "Max processes" },
  rss: { flag: "m", unit: 1024, title: "Max resident set" },
  stack: { flag: "s", unit: 1024, title: "Max stack size" },
};

const CAP_SYS_RESOURCE = 24n;

/** The limits as words for the starter, such as `n=1024 f=8`; an incomplete unit counts as a whole one. */
export function limitWords(limits: Limits): string {
  return entriesOf(limits).map(([name, value]) => `${ROWS[name].flag}=${Math.ceil(value / ROWS[name].unit)}`)
    .join(" ");
}

/** Reads the hard limits out of `/proc/PID/limits`; an unlimited one is `Infinity`. */
export function parseHardLimits(text: string): Limits {
  const found: Partial<Record<LimitName, number>> = {};
  for (const [name, { title }] of Object.entries(ROWS) as [LimitName, LimitRow][]) {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${title} `));
    const hard = line?.slice(title.length).trim().split(/\s+/)[1];
    if (hard !== undefined) found[name] = hard === "unlimited" ? Infinity : Number(hard);
  }
  return found;
}

/** Whether a process may raise hard limits, from its `/proc/PID/status`: root of a container often may not. */
export function mayRaiseLimits(status: string): boolean {
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  return ((capabilities >> CAP_SYS_RESOURCE) & 1n) === 1n;
}

/** Those limits that are higher than the hard ones; a limit that `hard` does not name is not. */
export function limitsAbove(limits: Limits, hard: Limits): Limits {
  return Object.fromEntries(entriesOf(limits).filter(([name, value]) => value > (hard[name] ?? Infinity)));
}

function entriesOf(limits: Limits): [LimitName, number][] {
  return Object.entries(limits) as [LimitName, number][];
}
