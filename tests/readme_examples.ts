/**
 * Plays the console blocks of the README in memory: what is typed is run, and what comes out must be what is printed.
 *
 * @module
 */
import { split } from "shlex";
import { runAgent } from "./fakes/run_agent.ts";
import { FakeTerminal } from "./fakes/people.ts";
import { type FakeSystem, fakeSystem } from "./fakes/system.ts";

/** One line at a prompt, and the lines below it. */
export interface Example {
  readonly command: string;
  readonly output: string;
}

/** The examples of a text, in order: each `$ …` of its console blocks. */
export function examplesOf(text: string): Example[] {
  return [...text.matchAll(/^```console\n([^]*?)^```$/gm)].flatMap(([, block]) =>
    block!.split(/^\$ /m).slice(1).map((part) => {
      const end = part.indexOf("\n");
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    })
  );
}

/** A host on which a daemon runs, at 10:00 on Monday 2 March 2026 (UTC); files are made by showing them. */
export class Player {
  readonly #system = fakeSystem();
  #exitCode = 0;

  constructor() {
    const { files, processes: { self: { pid, startTime } }, host } = this.#system;
    const record = { pid, start_time: startTime, boot_id: host.bootId };
    files.put("/run/agent/daemon.json", JSON.stringify(record));
  }

  /** What a command prints: standard output, then standard error. Throws for one that is no example of ours. */
  async play({ command, output }: Example): Promise<string> {
    const [, input, call = command] = /^((?:echo|cat) .*?) \| (agent .*)$/.exec(command) ?? [];
    const stdin = input === undefined ? "" : this.#show(input, "");
    return call.startsWith("agent ")
      ? await this.#run(split(call).slice(1), stdin)
      : this.#show(call, output);
  }

  /** `cat FILE` makes the file of the lines below it when it is not there. */
  #show(command: string, output: string): string {
    const [program, ...words] = split(command);
    if (command === "echo $?") return `${this.#exitCode}\n`;
    if (program === "echo") return `${words.join(" ")}\n`;
    const [file = ""] = words;
    if (program !== "cat") throw new Error(`an example runs "${command}", which the test cannot`);
    if (this.#system.files.read(file) === undefined) this.#system.files.put(file, output);
    return this.#system.files.read(file)!;
  }

  async #run(words: readonly string[], stdin: string): Promise<string> {
    const terminal = new FakeTerminal(stdin, {}, 0);
    const { stdout, stderr } = terminal;
    const system: FakeSystem = { ...this.#system, terminal, stdout, stderr };
    this.#exitCode = await runAgent(words, system);
    return stdout.text + stderr.text;
  }
}
