/**
 * The outside world on one page: every effect that the agent has goes through one of these narrow interfaces.
 *
 * Real ones are in `adapters/`, those of the tests in `tests/fakes/`. Reads are synchronous (they are small, local and
 * on the way of every command); what must survive a power cut is asynchronous.
 *
 * @module
 */
import type { HttpReply } from "./core/collector/http_reply.ts";
import type { LogEntry } from "./core/log/entry.ts";
import type { ProcessFacts, ProcessId, ProcessOutcome, ProcessRow } from "./core/process/process_row.ts";
import type { SignalName } from "./core/process/signal_names.ts";

export type { HttpReply, ProcessFacts, ProcessId, ProcessOutcome, ProcessRow };

/** Wall clock, monotonic clock, and waiting. */
export interface Clock {
  /** Wall time, in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that never jump, from an arbitrary origin; it may stand still while the host sleeps. */
  monotonic(): number;
  /** Milliseconds since the host booted, its sleep included; undefined where that is not told. */
  uptime(): number | undefined;
  /** Resolves after `ms` milliseconds, or as soon as `signal` aborts (without throwing). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The system's IANA time zone, such as `Europe/Paris`. */
  timeZone(): string;
}

/** What is known of a file without reading it; links are not followed. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly uid: number;
  readonly gid: number;
  /** Permission, sticky and set-id bits, such as `0o600` or `0o1777`. */
  readonly mode: number;
  readonly size: number;
  /** How many names it has (hard links); of a folder it says nothing. */
  readonly links: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** A file read together with the facts of the descriptor that it was read from. */
export interface OpenedFile {
  readonly text: string;
  readonly facts: FileFacts;
}

/** Bytes with a buffer of their own. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Whom a file belongs to. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A piece of a file, and which file it was: a name may mean another one at the next look. */
export interface FilePart {
  readonly bytes: Uint8Array;
  /** Bytes of the whole file when it was opened. */
  readonly size: number;
  /** The same for the same file under whatever name, and for no other file that is there meanwhile. */
  readonly identity: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: FileFacts["kind"];
}

export interface WriteOptions {
  /** Permission bits of a new file; 0600 by default. */
  readonly mode?: number;
  /** Whether the text must be on the disk, not only in the cache, when the promise resolves. */
  readonly isDurable?: boolean;
}

/** An exclusive kernel lock (`flock`), gone with the process at the latest. */
export interface Lock {
  release(): void;
}

/** Files and folders; a missing one is `undefined` or an empty list, never an exception. */
export interface Files {
  read(path: string): string | undefined;
  /**
   * Reads a regular file without following a link in the last component; throws `RangeError` over `maxBytes`, and
   * `SyntaxError` for what is not UTF-8.
   */
  readUnlinked(path: string, maxBytes: number): OpenedFile | undefined;
  /** At most `max` bytes from an offset on, without turning them into text; empty at or beyond the end. */
  readPart(path: string, offset: number, max: number): Uint8Array | undefined;
  /** Reads bytes of any kind, following links; throws `RangeError` over `maxBytes`. */
  readBytes(path: string, maxBytes: number): Bytes | undefined;
  /** Reads from a byte on to the end; a negative `from` counts from the end. Links are followed. */
  readFrom(path: string, from: number): FilePart | undefined;
  facts(path: string): FileFacts | undefined;
  /** The path with every link resolved; undefined when it does not exist. */
  realPath(path: string): string | undefined;
  list(folder: string): readonly FolderEntry[];
  /** Makes the folder and its parents (mode 0700 by default); an existing one is left as it is. */
  makeFolder(path: string, mode?: number): void;
  /** Replaces the file whole (temporary file, sync, rename, sync of the folder), making its folder when needed. */
  replace(path: string, text: string, options?: WriteOptions): Promise<void>;
  /** Appends at once, making the file (0640 by default) and its folder when needed; not durable. */
  append(path: string, text: string, mode?: number): void;
  /** Writes over the beginning of a file in one step, making the file (0600) when needed; not durable. */
  overwrite(path: string, text: string): void;
  /** Gives the room of the bytes before `offset` back, as far as the file system can; the size stays as it is. */
  release(path: string, offset: number): void;
  /** Sets the permission bits. */
  setMode(path: string, mode: number): void;
  /** Sets the owner; throws when that is not allowed. */
  setOwner(path: string, owner: Owner): void;
  /**
   * Makes a private folder (0700) with these files (0400) in it, by name, all of one owner; its parent must be there.
   * Throws when the folder is there already, or when the owner cannot be set; what was made is left then.
   */
  handOver(folder: string, owner: Owner, contents: ReadonlyMap<string, Bytes>): void;
  rename(from: string, to: string): void;
  /** Removes a file or a whole folder; false when there was none. */
  remove(path: string): boolean;
  /** Sets the modification time, in milliseconds since the epoch. */
  touch(path: string, at: number): void;
  /** Takes the lock file, waiting at most `waitMs` (0: one try); `undefined` when it is held by another. */
  lock(path: string, waitMs: number): Promise<Lock | undefined>;
  /** Takes the lock file at once or not at all. */
  tryLock(path: string): Lock | undefined;
  /** Calls back with changed paths below the folders, until disposed; a missed event is possible. */
  watch(folders: readonly string[], onChange: (paths: readonly string[]) => void): Disposable;
}

export type Stream = "stdout" | "stderr";

/** A process to start; complete: nothing of the agent's environment or descriptors is added. */
export interface ProcessSpec {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `lifeline`: a pipe in which nothing comes, and that ends when the agent does. */
  readonly stdin: "null" | "inherit" | "lifeline";
  /** All three streams are the agent's own terminal, in its session: the process is followed, its output is not. */
  readonly isOnTerminal?: boolean;
  /** Raw output as it comes; a chunk may end in the middle of a line or of a character. */
  onOutput?(stream: Stream, chunk: Uint8Array): void;
}

export interface RunningProcess extends ProcessId {
  /** Resolves when the process has exited and its pipes were drained for at most one second more. */
  readonly ended: Promise<ProcessOutcome>;
}

export interface Processes {
  readonly self: ProcessId;
  /** Starts a process, in a session of its own unless it is on the terminal; throws when it cannot be started. */
  start(spec: ProcessSpec): RunningProcess;
  isAlive(id: ProcessId): boolean;
  /** Every process of the host, at this instant. */
  table(): readonly ProcessRow[];
  /** Whether the process's initial environment holds this text, such as `NAME=value`; false where it cannot be read. */
  hasInEnvironment(id: ProcessId, text: string): boolean;
  /** Looks closer at one process; undefined when it is gone. */
  facts(id: ProcessId): ProcessFacts | undefined;
  /** Signals the process unless it is gone (another start time counts as gone). */
  signal(id: ProcessId, signal: SignalName): "sent" | "gone" | "refused";
  /** Makes a control group, an absolute folder; undefined where the host or the agent's rights do not allow it. */
  makeGroup(name: string): string | undefined;
  groupMembers(group: string): readonly number[];
  /** Kills every process of the group at once; false where that is not possible. */
  killGroup(group: string): boolean;
  /** Removes the group, at once or when its last process is gone. */
  removeGroup(group: string): void;
  /** Runs a short helper to its end (an editor, `getent`) and gives its exit code and stdout. */
  output(argv: readonly [string, ...string[]]): { readonly code: number; readonly stdout: string };
  /**
   * Starts a program that outlives the agent: session of its own, no input, output appended to the file, and the agent's
   * own environment with these variables added.
   */
  background(
    argv: readonly [string, ...string[]],
    outputFile: string,
    variables?: Readonly<Record<string, string>>,
  ): ProcessId;
  /** Runs a program on the operator's own terminal, such as an editor; resolves to its exit code. */
  foreground(argv: readonly [string, ...string[]]): Promise<number>;
  /**
   * Collects ended processes that were handed to the agent when their parents ended, never its own children; gives how
   * many. Only the first process of a container is given any.
   */
  reapOrphans(): number;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/** The user database and the agent's own identity. */
export interface Users {
  readonly self: { readonly uid: number; readonly gid: number };
  findUser(nameOrUid: string): User | undefined;
  findGroup(nameOrGid: string): Group | undefined;
  /** Supplementary groups of the user as `initgroups` gives them, primary group included. */
  groupsOf(user: User): readonly number[];
}

export type Answer =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "end" | "silence" | "interrupted" };

/** Questions to a person. */
export interface Prompt {
  /** Shows the question as it is and takes one line of standard input, and not a byte more. */
  ask(question: string, timeoutMs: number, shownOn: Stream): Promise<Answer>;
  /** The same, without showing on a terminal what is typed; throws `Error` where that cannot be. */
  askSecretly(question: string, timeoutMs: number, shownOn: Stream): Promise<Answer>;
}

/** The agent's own standard streams. */
export interface Terminal {
  readonly isTerminal: Readonly<Record<"stdin" | Stream, boolean>>;
  /** Width of the terminal, 0 when there is none. */
  readonly columns: number;
  write(stream: Stream, data: string | Uint8Array): void;
  /** Everything on standard input, up to its end. */
  readInput(): Promise<string>;
  /** The same, as bytes of any kind. */
  readInputBytes(): Promise<Bytes>;
  /** Remembers the settings of the terminal on standard input; the function that it gives puts them back. */
  keepSettings(): () => void;
}

/** Secrets as OpenSVC keeps them: packed by zlib, then encrypted by AES-CBC with a key of 16, 24 or 32 bytes. */
export interface Cipher {
  /** Throws `SyntaxError` when the key is another one, or the data is damaged. */
  decrypt(key: Bytes, sealed: Sealed): Promise<Bytes>;
  /** With a fresh initial vector. */
  encrypt(key: Bytes, content: Bytes): Promise<Sealed>;
}

export interface Sealed {
  readonly iv: Bytes;
  readonly data: Bytes;
}

/** Where log entries go: the console, the log file of the service, or a list in a test. */
export interface Log {
  write(entry: LogEntry): void;
  /** Writes several at once, where that is cheaper. */
  writeAll?(entries: readonly LogEntry[]): void;
}

export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** What else is listened to: CHLD tells that a child has ended, QUIT stops the first process of a container. */
export type HeardSignal = StopSignal | "SIGCHLD" | "SIGQUIT";

export interface Signals {
  /** Calls back for each of these signals instead of their default effect, until disposed. */
  on<Name extends HeardSignal>(signals: readonly Name[], onSignal: (signal: Name) => void): Disposable;
}

/** What is asked of a server; a query is left away. */
export interface ServerRequest {
  readonly method: string;
  /** Such as `/status`. */
  readonly path: string;
}

export interface ServerReply {
  /** Of HTTP, such as 200. */
  readonly status: number;
  /** The media type, such as `application/json`. */
  readonly type: string;
  readonly body: string;
  /** The methods that are allowed, with status 405. */
  readonly allow?: string;
}

/** HTTP on unix sockets; nothing is ever on the network. */
export interface Server {
  /**
   * Answers on a socket that belongs to its owner alone (0600 from its birth), until disposed, when the file goes. The
   * file of an earlier server is replaced: the caller holds a lock. Throws when it cannot listen there.
   */
  serve(
    socket: string,
    answer: (request: ServerRequest) => ServerReply | Promise<ServerReply>,
  ): AsyncDisposable;
  /** Gets one path of a socket; undefined when nobody answers within `timeoutMs`. */
  ask(socket: string, path: string, timeoutMs: number): Promise<ServerReply | undefined>;
}

export interface HttpOptions {
  readonly userAgent: string;
  /** How long the whole exchange may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The address of a proxy; without one the environment is not looked at either. */
  readonly proxy?: string | undefined;
  /** Gives the exchange up. */
  readonly signal?: AbortSignal;
}

/** A reason for no answer holds nothing of the address. */
export type HttpOutcome =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "failed"; readonly reason: string };

/** A request with credentials. */
export interface HttpRequest extends HttpOptions {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless a header `content-type` says otherwise; none without it. */
  readonly body?: string;
  /** For Basic authentication. */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  /** Certificates (PEM) of authorities that are trusted besides the public ones. */
  readonly ca?: string | undefined;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes: number;
}

/** Requests to other hosts. */
export interface Http {
  /** Posts plain text; at most three redirects, to the same host, are followed. Never throws. */
  post(url: string, body: string, options: HttpOptions): Promise<HttpOutcome>;
  /** Asks, verifying certificates, and follows no redirect: credentials go where they are meant for. Never throws. */
  request(request: HttpRequest): Promise<HttpReply>;
}

/** An address of an interface of this host that is up. */
export interface NetworkAddress {
  /** The interface, such as `eth0`, or the label of the address, such as `eth0:1`. */
  readonly name: string;
  readonly address: string;
  /** Such as `192.0.2.10/24`. */
  readonly cidr: string;
}

/** The network as the kernel has it. */
export interface Network {
  addresses(): readonly NetworkAddress[];
}

/** Facts fixed for the life of the process. */
export interface Host {
  readonly hostName: string;
  readonly bootId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How to start this agent again: the executable, or the runtime with its arguments. */
  readonly self: readonly [string, ...string[]];
  /** The name it was called by when that is a symbolic link with another name; else undefined. */
  readonly calledAs: string | undefined;
  readonly version: {
    readonly agent: string;
    readonly commit: string;
    readonly runtime: string;
    readonly zones: string;
  };
  /** Looks a program up in a PATH-like list of folders; undefined when none is executable. */
  findProgram(name: string, path: string): string | undefined;
  /** A random UUID. */
  uuid(): string;
  /** A number in [0, 1). */
  random(): number;
}

/** All ports together, handed to entry functions; inner helpers name the port they need. */
export interface System {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly users: Users;
  readonly prompt: Prompt;
  readonly terminal: Terminal;
  readonly signals: Signals;
  readonly server: Server;
  readonly http: Http;
  readonly network: Network;
  readonly host: Host;
  readonly cipher: Cipher;
}
