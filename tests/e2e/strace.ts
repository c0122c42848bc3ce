/**
 * One system call of the agent fails, or is where it is killed: strace changes the answer of the kernel.
 *
 * @module
 */
import { join } from "@std/path";
import type { Box, Outcome } from "./box.ts";
import { AGENT, exec, needs } from "./box.ts";

/** The calls of a writer. */
export const CALLS = ["openat", "write", "fsync", "rename", "unlink", "mkdir"] as const;
export type Call = (typeof CALLS)[number];

/** A call of the agent on something below the root of its box. */
export interface Place {
  readonly call: Call;
  /** The how-manieth call of that name in its thread it is, from 1. */
  readonly n: number;
  /** Whether it makes or changes something. */
  readonly isWriting: boolean;
}

const LINE_REGEXP = /^(\d+) +([a-z]+)\((.*)$/;
/** These are made by helper threads, whichever is free. */
const IN_ANY_THREAD: ReadonlySet<string> = new Set(["fsync"]);

/** Runs the agent under strace, with one thing injected, and gives what strace saw. */
export async function trace(
  box: Box,
  args: readonly string[],
  injection?: string,
): Promise<Outcome & { readonly seen: string }> {
  const file = join(box.path, "trace");
  const injected = injection === undefined ? [] : ["-e", `inject=${injection}`];
  const strace = ["strace", "-f", "-y", "-s", "0", "-o", file, "-e", `trace=${CALLS.join(",")}`, ...injected];
  const outcome = await exec([...strace, AGENT, ...args], { env: box.env });
  return { ...outcome, seen: await Deno.readTextFile(file) };
}

/** The calls that touched the root of the box, each thread counted for itself, as strace does. */
export function placesIn(seen: string, root: string): Place[] {
  const counts = new Map<string, number>();
  const places = new Map<string, Place>();
  const lines = seen.split("\n").map((line) => LINE_REGEXP.exec(line)).filter((match) => match !== null);
  const main = lines[0]?.[1];
  for (const [, thread, name, rest] of lines) {
    const key = `${thread} ${name}`;
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    const isOurs = thread === main || IN_ANY_THREAD.has(name!);
    if (!isOurs || !CALLS.includes(name as Call) || !rest?.includes(`${root}/`)) continue;
    const isWriting = name !== "openat" || /O_WRONLY|O_RDWR/.test(rest);
    places.set(`${name} ${n}`, { call: name as Call, n, isWriting });
  }
  return [...places.values()];
}

/**
 * Whether the injection met a call on something below the root, and no other: the same number may be that of a call by
 * which the threads of the runtime wake each other.
 */
export function isHit(seen: string, root: string): boolean {
  const injected = seen.split("\n").filter((line) => line.includes("(INJECTED)"));
  return injected.length > 0 && injected.every((line) => line.includes(`${root}/`));
}

/** Why nothing can be traced here; undefined when it can. */
export function cannotTrace(): string | undefined {
  const missing = needs({ programs: ["strace"] });
  if (missing !== undefined) return missing;
  const args = [
    "-f",
    "-o",
    "/dev/null",
    "-e",
    "trace=openat",
    "-e",
    "inject=openat:error=EIO:when=9999",
    "true",
  ];
  const { success } = new Deno.Command("strace", { args, stdout: "null", stderr: "null" }).outputSync();
  return success ? undefined : "needs the right to trace processes";
}
