/**
 * The person at the keyboard, the terminal, the users of the host and the signals: all scripted.
 *
 * @module
 */
import type {
  Answer,
  Bytes,
  Clock,
  Group,
  HeardSignal,
  Prompt,
  Signals,
  Stream,
  Terminal,
  User,
  Users,
} from "../../src/ports.ts";

/** Collects what is written to one stream. */
export class FakeStream {
  #text = "";
  readonly #decoder = new TextDecoder();
  /** Thrown by every write when it is set, such as a broken pipe. */
  failure: Error | undefined;

  get text(): string {
    return this.#text;
  }

  get lines(): string[] {
    return this.#text.split("\n").slice(0, this.#text.endsWith("\n") ? -1 : undefined);
  }

  clear(): void {
    this.#text = "";
  }

  write(data: string | Uint8Array): void {
    if (this.failure) throw this.failure;
    this.#text += typeof data === "string" ? data : this.#decoder.decode(data, { stream: true });
  }
}

/** Standard streams in memory; standard input is a text that is used up line by line. */
export class FakeTerminal implements Terminal {
  readonly stdout = new FakeStream();
  readonly stderr = new FakeStream();
  readonly isTerminal: Readonly<Record<"stdin" | Stream, boolean>>;
  readonly columns: number;
  #input: string;

  constructor(input: string, isTerminal: Partial<Record<"stdin" | Stream, boolean>>, columns: number) {
    this.#input = input;
    this.isTerminal = { stdin: false, stdout: false, stderr: false, ...isTerminal };
    this.columns = columns;
  }

  write(stream: Stream, data: string | Uint8Array): void {
    this[stream].write(data);
  }

  readInput(): Promise<string> {
    const text = this.#input;
    this.#input = "";
    return Promise.resolve(text);
  }

  async readInputBytes(): Promise<Bytes> {
    return new TextEncoder().encode(await this.readInput());
  }

  /** How often settings were remembered, and how often put back. */
  readonly settings = { kept: 0, putBack: 0 };

  keepSettings(): () => void {
    this.settings.kept++;
    return () => void this.settings.putBack++;
  }

  /** Takes one line off the input; undefined at its end. */
  takeLine(): string | undefined {
    if (this.#input === "") return undefined;
    const end = this.#input.indexOf("\n");
    const line = end < 0 ? this.#input : this.#input.slice(0, end);
    this.#input = end < 0 ? "" : this.#input.slice(end + 1);
    return line;
  }

  /** What nobody has read yet. */
  get unread(): string {
    return this.#input;
  }
}

/** Answers from a queue first, then from standard input; a silence takes its whole time limit. */
export class FakePrompt implements Prompt {
  readonly questions: string[] = [];
  readonly #answers: (string | Answer)[];

  constructor(readonly clock: Clock, readonly terminal: FakeTerminal, answers: readonly (string | Answer)[]) {
    this.#answers = [...answers];
  }

  async ask(question: string, timeoutMs: number, shownOn: Stream): Promise<Answer> {
    this.questions.push(question);
    this.terminal.write(shownOn, question);
    const answer = this.#answers.shift();
    if (typeof answer === "string") return { kind: "line", text: answer };
    if (answer?.kind === "silence") await this.clock.sleep(timeoutMs);
    if (answer) return answer;
    const line = this.terminal.takeLine();
    return line === undefined ? { kind: "end" } : { kind: "line", text: line };
  }

  /** Questions whose answers a terminal did not show. */
  readonly secretQuestions: string[] = [];

  askSecretly(question: string, timeoutMs: number, shownOn: Stream): Promise<Answer> {
    this.secretQuestions.push(question);
    return this.ask(question, timeoutMs, shownOn);
  }
}

export const ROOT: User = { name: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/sh" };
export const ADMIN: User = { name: "admin", uid: 1000, gid: 1000, home: "/home/admin", shell: "/bin/sh" };

/** A user database of `root` and `admin` (uid 1000, also in group `backup`, gid 34) unless the test gives its own. */
export class FakeUsers implements Users {
  readonly self: { readonly uid: number; readonly gid: number };
  readonly #users: readonly User[];
  readonly #groups: readonly (Group & { readonly members?: readonly string[] })[];

  constructor(
    self: { readonly uid: number; readonly gid: number } = { uid: 0, gid: 0 },
    users: readonly User[] = [ROOT, ADMIN],
    groups: readonly (Group & { readonly members?: readonly string[] })[] = [
      { name: "root", gid: 0 },
      { name: "admin", gid: 1000 },
      { name: "backup", gid: 34, members: ["admin"] },
    ],
  ) {
    this.self = self;
    this.#users = users;
    this.#groups = groups;
  }

  findUser(nameOrUid: string): User | undefined {
    return this.#users.find(({ name }) => name === nameOrUid) ??
      this.#users.find(({ uid }) => String(uid) === nameOrUid);
  }

  findGroup(nameOrGid: string): Group | undefined {
    const group = this.#groups.find(({ name }) => name === nameOrGid) ??
      this.#groups.find(({ gid }) => String(gid) === nameOrGid);
    return group && { name: group.name, gid: group.gid };
  }

  groupsOf(user: User): readonly number[] {
    const more = this.#groups.filter(({ members }) => members?.includes(user.name)).map(({ gid }) => gid);
    return [...new Set([user.gid, ...more])];
  }
}

/** Signals that the test sends. */
export class FakeSignals implements Signals {
  readonly #listeners = new Map<
    symbol,
    { signals: readonly HeardSignal[]; call: (signal: HeardSignal) => void }
  >();

  on<Name extends HeardSignal>(signals: readonly Name[], onSignal: (signal: Name) => void): Disposable {
    const key = Symbol();
    this.#listeners.set(key, { signals, call: (signal) => onSignal(signal as Name) });
    return { [Symbol.dispose]: () => void this.#listeners.delete(key) };
  }

  /** Delivers a signal; false when nobody listens, which would have ended the agent. */
  send(signal: HeardSignal): boolean {
    const interested = [...this.#listeners.values()].filter(({ signals }) => signals.includes(signal));
    for (const { call } of interested) call(signal);
    return interested.length > 0;
  }
}
