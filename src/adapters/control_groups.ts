/**
 * Control groups (version 2): a folder of the kernel that holds every process of a run, wherever it went.
 *
 * @module
 */
import { ifPresent } from "./paths.ts";

/** In front of the name of each group that an agent makes; the agent's pid follows. */
const PREFIX = "agent-";
/** An empty group that is older was left by an agent that was killed; a younger one may be joined any moment. */
const LEFT_AFTER_MS = 60_000;

let home: string | false | undefined;
/** Groups that still had a process when their run was over. */
const leftOver = new Set<string>();

/** Makes a group below the agent's own one; undefined where there is no such file system, or no right to. */
export function makeGroup(name: string): string | undefined {
  if (home === undefined) {
    home = ifAllowed(findHome) ?? false;
    if (home) sweep(home);
  }
  if (home === false) return undefined;
  const group = `${home}/${PREFIX}${Deno.pid}-${name}`;
  const isMade = ifAllowed(() => {
    Deno.mkdirSync(group, { mode: 0o755 });
    return true;
  });
  // What could not be made once is not tried for every run.
  if (!isMade) home = false;
  return isMade ? group : undefined;
}

/** The processes in the group; none when there is no such group. */
export function groupMembers(group: string): readonly number[] {
  const text = ifAllowed(() => Deno.readTextFileSync(`${group}/cgroup.procs`)) ?? "";
  return text.split("\n").filter((line) => line !== "").map(Number);
}

/** Sends KILL to every process of the group at once; false where the kernel cannot. */
export function killGroup(group: string): boolean {
  return ifAllowed(() => {
    Deno.writeTextFileSync(`${group}/cgroup.kill`, "1", { create: false });
    return true;
  }) ?? false;
}

/** Removes the group; one that still has a process is removed with a later one. */
export function removeGroup(group: string): void {
  leftOver.add(group);
  for (const each of leftOver) if (removeOne(each)) leftOver.delete(each);
}

/** Removes what killed agents have left; the kernel refuses for a group that still has a process. */
function sweep(folder: string): void {
  for (const { name } of ifAllowed(() => [...Deno.readDirSync(folder)]) ?? []) {
    if (!name.startsWith(PREFIX)) continue;
    const age = Date.now() -
      (ifAllowed(() => Deno.statSync(`${folder}/${name}`).mtime)?.getTime() ?? Infinity);
    if (age > LEFT_AFTER_MS) removeOne(`${folder}/${name}`);
  }
}

function removeOne(group: string): boolean {
  try {
    Deno.removeSync(group);
    return true;
  } catch (error) {
    // A process that has just been killed keeps its group busy for some milliseconds.
    return error instanceof Deno.errors.NotFound;
  }
}

/** The folder of the agent's own group, wherever the file system is mounted. */
function findHome(): string | undefined {
  const own = /^0::(\/.*)$/m.exec(Deno.readTextFileSync("/proc/self/cgroup"))?.[1];
  const mounts = Deno.readTextFileSync("/proc/self/mountinfo").split("\n");
  const mount = mounts.map((line) => line.split(" ")).find((words) =>
    words[words.indexOf("-") + 1] === "cgroup2"
  );
  const [top, point] = [mount?.[3], mount?.[4]];
  if (own === undefined || top === undefined || point === undefined) return undefined;
  const below = top === "/" ? own : own.startsWith(top) ? own.slice(top.length) : "/";
  return `${point}${below}`.replace(/\/+$/, "");
}

function ifAllowed<T>(action: () => T): T | undefined {
  try {
    return ifPresent(action);
  } catch {
    return undefined;
  }
}
