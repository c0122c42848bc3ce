/**
 * A host on which one call of the agent fails, or on which the agent dies at that call.
 *
 * @module
 */
import type { Lock, RunningProcess, System } from "../../src/ports.ts";
import { FakeSignals, FakeTerminal } from "./people.ts";
import type { FakeSystem } from "./system.ts";

/** What happens at a call. */
export type FaultKind =
  /** It throws, and did nothing. */
  | "fails"
  /** It throws after all was done, as when the folder of a new file cannot be synced. */
  | "fails late"
  /** Neither it nor anything after it ever happens. */
  | "dies"
  /** The same, with half of it done: a draft beside the file, half a line, a folder that lost one of its files. */
  | "dies half-way";

export const FAULT_KINDS: readonly FaultKind[] = ["fails", "fails late", "dies", "dies half-way"];

/** The n-th call, from 1, at which something happens. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: number;
}

/** Thrown by every call of an agent that is dead, to unwind it. */
class Death extends Error {
  override readonly name = "Death";
}

// What a dead agent still has to unwind is nobody's failure.
globalThis.addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Death) event.preventDefault();
});

type Port = keyof System;
type Method = (...args: unknown[]) => unknown;

/** Ports whose calls ask the kernel or another program, and may be refused; clocks and signals never are. */
const COUNTED: readonly Port[] = [
  "files",
  "processes",
  "users",
  "prompt",
  "terminal",
  "server",
  "http",
  "cipher",
];
const CHANGING = ["makeFolder", "replace", "append", "rename", "remove", "touch", "overwrite", "handOver"];
const ASYNC = [
  "replace",
  "lock",
  "ask",
  "askSecretly",
  "readInput",
  "foreground",
  "sleep",
  "request",
  "encrypt",
  "decrypt",
];

/** Whether a call can do half of its work, or fail after all of it; the others would only fail once more. */
export function isTried(kind: FaultKind, call: string): boolean {
  const isWhole = kind === "fails" || kind === "dies";
  return isWhole || CHANGING.some((name) => call.startsWith(`files.${name}`));
}

/** One process of the agent on a host that others share: a pid, a terminal and signals of its own, and one fault. */
export class Life {
  /** The host as this process sees it. */
  readonly system: FakeSystem;
  /** Every counted call so far, such as `files.replace /path`. */
  readonly calls: string[] = [];
  readonly #world: FakeSystem;
  readonly #fault: Fault | undefined;
  readonly #locks = new Set<Lock>();
  readonly #died = Promise.withResolvers<"died">();
  readonly #pid: number;
  #isDead = false;

  constructor(world: FakeSystem, pid: number, fault?: Fault) {
    this.#world = world;
    this.#pid = pid;
    this.#fault = fault;
    if (pid !== world.processes.self.pid) world.processes.adopt({ pid });
    const terminal = new FakeTerminal("", {}, 0);
    const own: Record<string, unknown> = { terminal, signals: new FakeSignals() };
    const { stdout: _stdout, stderr: _stderr, ...others } = world;
    const ports = Object.entries(others).map(([port, target]) => [
      port,
      this.#wrap(port as Port, own[port] ?? target),
    ]);
    const { stdout, stderr } = terminal;
    this.system = { ...Object.fromEntries(ports), stdout, stderr } as FakeSystem;
  }

  /** Whether the fault has happened. */
  get isHit(): boolean {
    return this.#fault !== undefined && this.calls.length >= this.#fault.at;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Resolves to what the agent gives, or to `died`. */
  outlive<Value>(agent: Promise<Value>): Promise<Value | "died"> {
    agent.catch(() => {});
    if (this.#isDead) return Promise.resolve("died");
    return this.#world.clock.runUntil(Promise.race([agent, this.#died.promise]));
  }

  /** Kills the process from outside, unless it is dead. */
  kill(): void {
    if (!this.#isDead) this.#die();
  }

  #wrap(port: Port, target: unknown): unknown {
    const id = { pid: this.#pid, startTime: 3_000 + this.#pid };
    return new Proxy(target as object, {
      get: (object, key) => {
        if (port === "processes" && key === "self" && this.#pid !== this.#world.processes.self.pid) return id;
        const value = Reflect.get(object, key, object) as unknown;
        if (typeof value !== "function" || typeof key !== "string") return value;
        const method: Method = (...args) => (value as Method).apply(object, args);
        return (...args: unknown[]) => this.#call(port, key, method, args);
      },
    });
  }

  #call(port: Port, name: string, method: Method, args: unknown[]): unknown {
    if (this.#isDead) return this.#unwind(name);
    if (COUNTED.includes(port) || name === "findProgram") {
      this.calls.push(`${port}.${name} ${typeof args[0] === "string" ? args[0] : ""}`.trim());
      if (this.calls.length === this.#fault?.at) return this.#happen(this.#fault.kind, name, method, args);
    }
    return this.#watched(name, method(...this.#listening(args)));
  }

  #happen(kind: FaultKind, name: string, method: Method, args: unknown[]): unknown {
    const path = String(args[0]);
    if (kind === "dies" || kind === "dies half-way") {
      if (kind === "dies half-way") this.#doHalf(name, path, String(args[1]));
      this.#die();
      return this.#unwind(name);
    }
    const isLate = kind === "fails late" && CHANGING.includes(name);
    const error = errorOf(name, path);
    if (!isLate) return ASYNC.includes(name) ? Promise.reject(error) : throwing(error);
    const done = method(...args);
    return done instanceof Promise ? done.then(() => throwing(error)) : throwing(error);
  }

  #doHalf(name: string, path: string, text: string): void {
    const { files } = this.#world;
    const half = text.slice(0, text.length / 2);
    if (name === "replace") files.put(`${path}.deadbeef.tmp`, half);
    if (name === "append") files.append(path, half);
    const [first] = name === "remove" && files.facts(path)?.kind === "folder" ? files.list(path) : [];
    if (first) files.remove(`${path}/${first.name}`);
  }

  #die(): void {
    this.#isDead = true;
    // The kernel lets go of the locks of a process, and its parent hears of its end.
    for (const lock of this.#locks) lock.release();
    this.#world.processes.finish(this.#pid);
    this.#died.resolve("died");
  }

  /** Nothing goes on that waits for an answer; the rest is unwound. */
  #unwind(name: string): unknown {
    if (ASYNC.includes(name)) return new Promise(() => {});
    throw new Death();
  }

  /** What comes after death reaches nobody. */
  #watched(name: string, result: unknown): unknown {
    if (result instanceof Promise) {
      return this.#whileAlive(result.then((value) => this.#watched(name, value)));
    }
    if (name === "start") {
      const running = result as RunningProcess;
      return { ...running, ended: this.#whileAlive(running.ended) };
    }
    if ((name === "lock" || name === "tryLock") && result !== undefined) return this.#held(result as Lock);
    return result;
  }

  #whileAlive<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => this.#isDead || resolve(value),
        (error) => this.#isDead || reject(error),
      );
    });
  }

  #held(lock: Lock): Lock {
    // Taken in the moment of death, before anybody heard of it.
    if (this.#isDead) lock.release();
    else this.#locks.add(lock);
    const release = () => {
      if (this.#locks.delete(lock) && !this.#isDead) lock.release();
    };
    return { release };
  }

  /** Callbacks of an agent that is dead are not called: those of watchers, of signals, and of output. */
  #listening(args: unknown[]): unknown[] {
    const deaf = (call: Method): Method => (...given) => this.#isDead ? undefined : call(...given);
    return args.map((arg) => {
      if (typeof arg === "function") return deaf(arg as Method);
      if (typeof arg !== "object" || arg === null || !("onOutput" in arg)) return arg;
      return { ...arg, onOutput: deaf(arg.onOutput as Method) };
    });
  }
}

const READING = [
  "read",
  "readUnlinked",
  "readPart",
  "readBytes",
  "readFrom",
  "facts",
  "realPath",
  "list",
  "table",
];

/** As the adapters word it. */
function errorOf(name: string, path: string): Error {
  if (name === "replace") return new Error(`Cannot replace "${path}": No space left on device (os error 28)`);
  if (READING.includes(name)) return new Error("Input/output error (os error 5)");
  if (name === "start") return new Error("Too many open files (os error 24)");
  return new Error("No space left on device (os error 28)");
}

function throwing(error: Error): never {
  throw error;
}
