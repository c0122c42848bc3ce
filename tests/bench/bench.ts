/**
 * How long the agent takes, as ratios to an empty program on the same runtime, measured in turns in the same call.
 *
 * Run by `scripts/bench`. Prints one line for each of: a service's schedule table, the table of 500 services as JSON, a
 * run of `/bin/true` with the state in memory and on disk; then the executable's size and its peak memory.
 *
 * @module
 */
// deno-lint-ignore-file no-console no-sync-fn-in-async-fn -- prints, and nothing else waits
const ROUNDS = 21;
const SERVICES = 500;

const TESTMD = `[DEFAULT]
nodes = *

[task#0]
command = /bin/true

[task#1]
command = /bin/true
schedule = @10
`;

const LOADED = `[DEFAULT]
nodes = *

[task#0]
command = /usr/bin/id -u
schedule = @10
user = nobody

[task#1]
command = /bin/true
schedule = 04:00-06:00@60 mon-fri

[task#2]
command = /bin/true
schedule = 30 2,14 * * *

[task#backup]
command = /bin/true && /bin/true
schedule = ["~22:00-23:30 sat,sun", "! * * * aug"]
run_timeout = 1h
`;

interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly root: string;
  /** The most that the ratio to the empty program is meant to be. */
  readonly goal?: number;
  /** What OpenSVC 2.1 takes on a like machine, in seconds, and how many times faster the agent is meant to be. */
  readonly reference?: { readonly seconds: number; readonly times: number };
}

interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function spawn({ path, args, env }: Program, output: "null" | "piped"): Deno.Command {
  return new Deno.Command(path, {
    args: [...args],
    clearEnv: true,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env },
    stdin: "null",
    stdout: output,
    stderr: output,
  });
}

/** The wall time of one run, in milliseconds. */
async function time(program: Program): Promise<number> {
  const start = performance.now();
  await spawn(program, "null").spawn().status;
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Medians of all programs, each run once in every round. */
async function medians(programs: readonly Program[]): Promise<number[]> {
  const times: number[][] = programs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, program] of programs.entries()) times[i]?.push(await time(program));
  }
  return times.map(median);
}

/** The highest resident memory seen while the program runs, in MB. */
async function peakMemory(program: Program): Promise<number> {
  const child = spawn(program, "null").spawn();
  let peak = 0;
  let hasEnded = false;
  const status = child.status.then(() => hasEnded = true);
  while (!hasEnded) {
    try {
      const text = await Deno.readTextFile(`/proc/${child.pid}/status`);
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0));
    } catch {
      break;
    }
  }
  await status;
  return peak / 1000;
}

function makeRoot(folder: string, configurations: Readonly<Record<string, string>>): string {
  Deno.mkdirSync(`${folder}/etc`, { recursive: true });
  for (const [name, text] of Object.entries(configurations)) {
    Deno.writeTextFileSync(`${folder}/etc/${name}.conf`, text, { mode: 0o600 });
  }
  return folder;
}

function describe({ what, goal, reference }: Case, took: number, empty: number): string {
  const ratio = took / empty;
  const parts = [what.padEnd(58), `${took.toFixed(1)} ms`.padStart(9), `${ratio.toFixed(2)} x`.padStart(8)];
  if (goal !== undefined) parts.push(`goal ${goal}: ${ratio <= goal ? "met" : "missed"}`.padEnd(16));
  if (reference !== undefined) {
    const times = reference.seconds * 1000 / took;
    const verdict = times >= reference.times ? "met" : "missed";
    parts.push(
      `${
        times.toFixed(1)
      } times as fast as 2.1 (${reference.seconds} s), goal ${reference.times}: ${verdict}`,
    );
  }
  return parts.join("  ").trimEnd();
}

function cases(disk: string, memory: string | undefined): Case[] {
  const single = makeRoot(`${disk}/single`, { testmd: TESTMD });
  const many = makeRoot(
    `${disk}/many`,
    Object.fromEntries(
      Array.from({ length: SERVICES }, (_, i) => [`svc${String(i).padStart(3, "0")}`, LOADED]),
    ),
  );
  const run = ["testmd", "run", "--rid", "task#0"];
  const list: Case[] = [
    {
      what: "agent testmd print schedule",
      args: ["testmd", "print", "schedule"],
      root: single,
      goal: 1.5,
      reference: { seconds: 0.45, times: 15 },
    },
    {
      what: `agent '*' print schedule --format json, ${SERVICES} services of 4 tasks`,
      args: ["*", "print", "schedule", "--format", "json"],
      root: many,
      goal: 6,
      reference: { seconds: 5.7, times: 20 },
    },
  ];
  if (memory !== undefined) {
    const root = makeRoot(memory, { testmd: TESTMD });
    const reference = { seconds: 0.89, times: 20 };
    list.push({
      what: "agent testmd run of /bin/true, state in memory",
      args: run,
      root,
      goal: 2,
      reference,
    });
  }
  list.push({ what: "agent testmd run of /bin/true, state on disk", args: run, root: single });
  return list;
}

async function main(agent: string): Promise<void> {
  using folders = new DisposableStack();
  const temporary = (dir?: string) => {
    const path = Deno.makeTempDirSync({ prefix: "agent-bench-", ...(dir === undefined ? {} : { dir }) });
    folders.defer(() => Deno.removeSync(path, { recursive: true }));
    return path;
  };
  const disk = temporary();
  const memory = isFolder("/dev/shm") ? temporary("/dev/shm") : undefined;
  if (memory === undefined) console.log("left out: state in memory, there is no /dev/shm");

  Deno.writeTextFileSync(`${disk}/empty.js`, "");
  const own = { AGENT_RUNTIME_DIR: `${disk}/runtime`, HOME: disk };
  const empty: Program = {
    path: Deno.execPath(),
    args: ["run", `${disk}/empty.js`],
    env: { DENO_DIR: `${disk}/deno`, DENO_NO_UPDATE_CHECK: "1" },
  };
  const first = await time({ path: agent, args: ["help"], env: own });
  const measured: { readonly what: Case; readonly program: Program }[] = [];
  for (const what of cases(disk, memory)) {
    const program = { path: agent, args: what.args, env: { ...own, AGENT_ROOT: what.root } };
    const { success, stderr } = await spawn(program, "piped").output();
    if (success) measured.push({ what, program });
    else console.log(`left out: ${what.what}: ${new TextDecoder().decode(stderr).trim()}`);
  }
  await time(empty);
  const [base = NaN, ...took] = await medians([empty, ...measured.map(({ program }) => program)]);

  console.log(`${"an empty program on the same runtime".padEnd(58)}  ${base.toFixed(1).padStart(6)} ms`);
  measured.forEach(({ what }, i) => console.log(describe(what, took[i] ?? NaN, base)));
  console.log(`${"the first start of all".padEnd(58)}  ${first.toFixed(0).padStart(6)} ms`);
  console.log(
    `${"size of the executable".padEnd(58)}  ${(Deno.statSync(agent).size / 1e6).toFixed(1).padStart(6)} MB`,
  );
  for (const { what, program } of [{ what: { what: "an empty program" }, program: empty }, ...measured]) {
    const peaks = [await peakMemory(program), await peakMemory(program), await peakMemory(program)];
    console.log(`${`peak memory, ${what.what}`.padEnd(74)}  ${Math.max(...peaks).toFixed(0).padStart(4)} MB`);
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

const [agent] = Deno.args;
if (agent === undefined) {
  console.error("usage: sh scripts/bench [EXECUTABLE]");
  Deno.exit(2);
}
await main(await Deno.realPath(agent));
