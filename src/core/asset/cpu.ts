/**
 * What the kernel tells of the processors, on x86-64 and arm64.
 *
 * @module
 */

/** Where a processor is, as `/sys` tells it. */
export interface CpuPlace {
  /** The threads that share its core, such as `0,4`. */
  readonly core: string;
  /** The socket. */
  readonly die: string;
}

/** How many there are; a number is 0, and the model empty, where nothing says it. */
export interface CpuFacts {
  readonly model: string;
  /** MHz. */
  readonly frequency: number;
  readonly threads: number;
  readonly cores: number;
  readonly dies: number;
}

/** What is known of the processors besides `/proc/cpuinfo`. */
export interface CpuSources {
  /** `/sys/devices/system/cpu/online`, such as `0-3,8`. */
  readonly online?: string | undefined;
  /** Of each processor whose place is told. */
  readonly places?: readonly CpuPlace[];
  /** `cpuinfo_max_freq` of the first processor, in kHz. */
  readonly maxFrequency?: string | undefined;
}

/** Puts together what the sources say of the processors. */
export function cpuFacts(cpuinfo: string, { online, places = [], maxFrequency }: CpuSources = {}): CpuFacts {
  const blocks = parseCpuinfo(cpuinfo);
  const threads = countCpus(online ?? "") || blocks.length;
  const model = modelOf(blocks);
  const told = places.length > 0 ? places : placesOf(blocks);
  return {
    model,
    frequency: frequencyOf(maxFrequency, model, blocks[0]),
    threads,
    cores: new Set(told.map(({ core }) => core)).size || threads,
    dies: new Set(told.map(({ die }) => die)).size || Math.min(threads, 1),
  };
}

/** Counts a list of the kernel, such as `0-3,8`; 0 when it is none. */
export function countCpus(list: string): number {
  return cpuNumbers(list).length;
}

/** The most processors that are looked at. */
const MAX_CPUS = 8192;

/** The numbers of a list of the kernel, such as `0-3,8`; empty when it is none. */
export function cpuNumbers(list: string): number[] {
  const numbers: number[] = [];
  for (const part of list.trim().split(",")) {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return [];
    for (let number = Number(first); number <= Number(last) && numbers.length < MAX_CPUS; number++) {
      numbers.push(number);
    }
  }
  return numbers;
}

type Block = ReadonlyMap<string, string>;

/** One block for each processor; what stands outside of them (`Hardware` of some arm hosts) is left out. */
function parseCpuinfo(text: string): Block[] {
  return text.split(/\n\s*\n/).map((block) =>
    new Map(
      block.split("\n").flatMap((line) => {
        const colon = line.indexOf(":");
        return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const];
      }),
    )
  ).filter((block) => block.has("processor"));
}

function placesOf(blocks: readonly Block[]): CpuPlace[] {
  return blocks.flatMap((block) => {
    const die = block.get("physical id");
    const core = block.get("core id");
    return die === undefined || core === undefined ? [] : [{ die, core: `${die} ${core}` }];
  });
}

/** What the arm cores of servers are called, by implementer and part. */
const ARM_CORES: Readonly<Record<string, string>> = {
  "0x41 0xd03": "ARM Cortex-A53",
  "0x41 0xd05": "ARM Cortex-A55",
  "0x41 0xd07": "ARM Cortex-A57",
  "0x41 0xd08": "ARM Cortex-A72",
  "0x41 0xd09": "ARM Cortex-A73",
  "0x41 0xd0a": "ARM Cortex-A75",
  "0x41 0xd0b": "ARM Cortex-A76",
  "0x41 0xd0c": "ARM Neoverse-N1",
  "0x41 0xd40": "ARM Neoverse-V1",
  "0x41 0xd49": "ARM Neoverse-N2",
  "0x41 0xd4f": "ARM Neoverse-V2",
  "0x46 0x001": "Fujitsu A64FX",
  "0x48 0xd01": "HiSilicon Kunpeng-920",
  "0x43 0x0af": "Cavium ThunderX2",
  "0xc0 0xac3": "Ampere-1",
  "0xc0 0xac4": "Ampere-1a",
};

/** Names of several kinds of core, as of big and little ones, are joined. */
function modelOf(blocks: readonly Block[]): string {
  const names = new Set(blocks.map((block) => {
    const name = block.get("model name");
    if (name !== undefined) return name.replace(/\s+/g, " ");
    const [implementer, part] = [block.get("CPU implementer"), block.get("CPU part")];
    if (implementer === undefined || part === undefined) return "";
    return ARM_CORES[`${implementer} ${part}`] ?? `ARM ${implementer} ${part}`;
  }));
  names.delete("");
  return [...names].join(" + ");
}

/** The highest one, which stays the same, before the one of this moment. */
function frequencyOf(maxFrequency: string | undefined, model: string, first: Block | undefined): number {
  if (/^\d+$/.test(maxFrequency?.trim() ?? "")) return Math.round(Number(maxFrequency) / 1000);
  const [, gigahertz] = /@ ([\d.]+)\s*GHz/i.exec(model) ?? [];
  if (gigahertz !== undefined) return Math.round(Number(gigahertz) * 1000);
  return Math.round(Number(first?.get("cpu MHz") ?? 0)) || 0;
}
