/**
 * The whole outside world in memory, for tests of the whole program.
 *
 * @module
 */
import type { Answer, Group, Host, Stream, System, User } from "../../src/ports.ts";
import { FakeClock } from "./clock.ts";
import { FakeFiles } from "./files.ts";
import { FakeHost } from "./host.ts";
import { FakeHttp } from "./http.ts";
import { FakeNetwork } from "./network.ts";
import { FakePrompt, FakeSignals, type FakeStream, FakeTerminal, FakeUsers } from "./people.ts";
import { fakeCipher } from "./cipher.ts";
import { FakeServer } from "./server.ts";
import { FakeProcesses, type Programs } from "./processes.ts";

/** What a test wants to be different from a quiet host, run by root, at 10:00 on Monday 2 March 2026 (UTC). */
export interface FakeOptions {
  /** The wall clock: milliseconds since the epoch, or a date text with its zone. */
  readonly now?: number | string;
  readonly zone?: string;
  /** Configurations by service path: `svc1` is `/etc/agent/svc1.conf` (below `AGENT_ROOT` when the environment has it). */
  readonly config?: Readonly<Record<string, string>>;
  /** Other files, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: Programs;
  /** Names of programs that `findProgram` finds. */
  readonly installed?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly self?: { readonly uid: number; readonly gid: number };
  readonly users?: readonly User[];
  readonly groups?: readonly (Group & { readonly members?: readonly string[] })[];
  /** Everything on standard input. */
  readonly stdin?: string;
  /** Answers to questions, before standard input is asked: lines, or an `Answer` such as a silence. */
  readonly answers?: readonly (string | Answer)[];
  readonly isTerminal?: Partial<Record<"stdin" | Stream, boolean>>;
  readonly columns?: number;
  /** The process number of the agent; 1 for the first process of a container. */
  readonly pid?: number;
  readonly host?: Partial<Pick<Host, "hostName" | "bootId" | "calledAs" | "version" | "self">>;
}

/** A system whose parts a test can look into and move. */
export interface FakeSystem extends System {
  readonly clock: FakeClock;
  readonly files: FakeFiles;
  readonly processes: FakeProcesses;
  readonly users: FakeUsers;
  readonly prompt: FakePrompt;
  readonly terminal: FakeTerminal;
  readonly signals: FakeSignals;
  readonly server: FakeServer;
  readonly http: FakeHttp;
  readonly network: FakeNetwork;
  readonly host: FakeHost;
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
}

const MONDAY = "2026-03-02T10:00:00Z";

/** Builds a system in memory. */
export function fakeSystem(options: FakeOptions = {}): FakeSystem {
  const { now = MONDAY, zone = "UTC", environment = {}, self = { uid: 0, gid: 0 } } = options;
  const clock = new FakeClock(typeof now === "string" ? Date.parse(now) : now, zone);
  const files = new FakeFiles(clock, self);
  const etc = environment.AGENT_ETC ??
    (environment.AGENT_ROOT ? `${environment.AGENT_ROOT}/etc` : "/etc/agent");
  for (const [path, text] of Object.entries(options.config ?? {})) files.put(configFile(etc, path), text);
  for (const [path, text] of Object.entries(options.files ?? {})) files.put(path, text);
  const terminal = new FakeTerminal(options.stdin ?? "", options.isTerminal ?? {}, options.columns ?? 0);
  const host = new FakeHost({ ...options.host, environment }, options.installed);
  return {
    clock,
    files,
    processes: new FakeProcesses(clock, options.programs ?? {}, { files, bootId: host.bootId }, options.pid),
    users: new FakeUsers(self, options.users, options.groups),
    prompt: new FakePrompt(clock, terminal, options.answers ?? []),
    terminal,
    signals: new FakeSignals(),
    cipher: fakeCipher(),
    server: new FakeServer(files),
    http: new FakeHttp(clock),
    network: new FakeNetwork(),
    host,
    stdout: terminal.stdout,
    stderr: terminal.stderr,
  };
}

function configFile(etc: string, path: string): string {
  return path.includes("/") ? `${etc}/namespaces/${path}.conf` : `${etc}/${path}.conf`;
}
