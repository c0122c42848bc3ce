/**
 * Collecting the ended processes that others left to the agent, as the first process of a container has to.
 *
 * @module
 */
import { childrenOf } from "./process_table.ts";

/** `WNOHANG` of Linux, the same on x86-64 and arm64. */
const WNOHANG = 1;

/** Children that the runtime waits for: to collect one of them would steal its exit code. */
const own = new Set<number>();

/** Notes a child of the runtime until its end is known; to be called in the same turn as its start. */
export function noteOwnChild<Child extends Pick<Deno.ChildProcess, "pid" | "status">>(child: Child): Child {
  const forget = () => void own.delete(child.pid);
  own.add(child.pid);
  child.status.then(forget, forget);
  return child;
}

type Waitpid = (pid: number, status: null, options: number) => number;

let waitpid: Waitpid | undefined;

/** Collects each ended child that the runtime does not wait for; gives how many there were. Throws without a C library. */
export function reapOrphans(): number {
  const left = childrenOf(Deno.pid).filter((pid) => !own.has(pid));
  if (left.length === 0) return 0;
  const wait = waitpid ??= loadWaitpid();
  return left.filter((pid) => wait(pid, null, WNOHANG) === pid).length;
}

/** It stays loaded: a process that has to do this once has to do it as long as it lives. */
function loadWaitpid(): Waitpid {
  const { symbols } = Deno.dlopen("libc.so.6", {
    waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  });
  return symbols.waitpid as Waitpid;
}
