/**
 * Commands that somebody else could replace: told, and never refused, because who may write a program is not a matter
 * of this agent alone.
 *
 * @module
 */
import { join } from "@std/path";
import type { Configuration } from "../core/config/configuration.ts";
import { argvOf } from "../core/process/command.ts";
import { commandFiles } from "../core/process/command_files.ts";
import { DEFAULT_PATH } from "../core/process/environment.ts";
import { messageOf } from "../core/error_text.ts";
import { otherWriter } from "../core/trust.ts";
import type { Step } from "../core/trust.ts";
import type { User } from "../ports.ts";
import { HOOKS } from "../drivers/task/hooks.ts";
import { TRIGGERS } from "../drivers/task/settings.ts";
import { stepsTo } from "../state/objects.ts";
import type { Agent } from "./agent.ts";
import type { Journal } from "./journal.ts";
import type { Instance } from "./load.ts";

/** A command of a section, and who else decides what it does. */
export interface CommandDoubt {
  readonly section: string;
  readonly option: string;
  /** Undefined when the section that was asked does not have the line itself. */
  readonly line: number | undefined;
  /** One sentence, without a final period. */
  readonly text: string;
}

/** Run as the user of the task; all others are run as the agent's own. */
const AS_USER: readonly string[] = ["command", "on_error", ...HOOKS];

type DoubtAgent = Pick<Agent, "system" | "node">;

/** Looks at commands of one or several services, and at each file only once. */
export class CommandDoubts {
  readonly #agent: DoubtAgent;
  readonly #steps = new Map<string, readonly Step[]>();
  /** What nobody but root could have written, as nearly all programs are. */
  readonly #ofRoot = new Set<string>();

  constructor(agent: DoubtAgent) {
    this.#agent = agent;
  }

  /** The doubts about the commands of a task, or with `DEFAULT` about the triggers of the whole service. */
  of(configuration: Configuration, section: string): CommandDoubt[] {
    const options = section === "DEFAULT" ? TRIGGERS : [...AS_USER, ...TRIGGERS];
    return options.flatMap((option) => this.#ofOption(configuration, section, option) ?? []);
  }

  /** What cannot be evaluated or split is told elsewhere. */
  #ofOption(configuration: Configuration, section: string, option: string): CommandDoubt | undefined {
    try {
      const found = configuration.find(section, option);
      if (!found?.text) return undefined;
      const who = AS_USER.includes(option) ? new Runner(this.#agent, configuration, section) : undefined;
      // The words of a container name nothing of this node.
      if (configuration.keywordOf(section, option)?.converter === "shell words") return undefined;
      const shell = option === "command" ? configuration.tristate(section, "shell") : undefined;
      const doubt = this.#ofCommand(commandFiles(argvOf(found.text, shell, [])), who);
      if (doubt === undefined) return undefined;
      const line = found.definedIn === section ? found.line : undefined;
      return { section, option, line, text: `${section}.${option} runs ${doubt}` };
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #ofCommand(names: readonly string[], runner: Runner | undefined): string | undefined {
    for (const name of names) {
      const file = this.#fileOf(name, runner);
      if (file === undefined || this.#isOfRoot(file)) continue;
      const user = runner?.user;
      const uids = [this.#agent.system.users.self.uid, ...(user ? [user.uid] : [])];
      const writer = otherWriter(this.#stepsTo(file), uids);
      if (writer === undefined) continue;
      const who = user?.name ?? "the agent's own user";
      return `${file} as ${who}, and somebody else may replace it: ${writer}`;
    }
    return undefined;
  }

  #fileOf(name: string, runner: Runner | undefined): string | undefined {
    const { host, files } = this.#agent.system;
    if (!name.includes("/")) return host.findProgram(name, runner?.path ?? DEFAULT_PATH);
    const file = name.startsWith("/") ? name : runner && join(runner.folder, name);
    return file !== undefined && files.realPath(file) !== undefined ? file : undefined;
  }

  /** Most programs are found in folders of root: then nobody needs to be looked up. */
  #isOfRoot(file: string): boolean {
    if (this.#ofRoot.has(file)) return true;
    const isOfRoot = otherWriter(this.#stepsTo(file), []) === undefined;
    if (isOfRoot) this.#ofRoot.add(file);
    return isOfRoot;
  }

  /** The way to a file as it is written, and as it really is. */
  #stepsTo(file: string): readonly Step[] {
    const known = this.#steps.get(file);
    if (known) return known;
    const { files } = this.#agent.system;
    const real = files.realPath(file) ?? file;
    const steps = [...stepsTo(files, file), ...(real === file ? [] : stepsTo(files, real))];
    this.#steps.set(file, steps);
    return steps;
  }
}

/** Whom a task runs as, and from where; looked up only when it is asked for. */
class Runner {
  #user: User | undefined;

  constructor(
    readonly agent: DoubtAgent,
    readonly configuration: Configuration,
    readonly section: string,
  ) {}

  get user(): User | undefined {
    const { users } = this.agent.system;
    const name = this.configuration.string(this.section, "user");
    return this.#user ??= users.findUser(name || String(users.self.uid));
  }

  get path(): string {
    return this.configuration.string(this.section, "path") || this.agent.node.path || DEFAULT_PATH;
  }

  /** Where a path without a slash at its begin starts. */
  get folder(): string {
    return this.configuration.string(this.section, "cwd") || this.user?.home || "/";
  }
}

/** Doubts of which this process has told already, by service, section and option. */
const told = new WeakMap<Agent["system"], Map<string, string>>();

/** Gives those doubts that this process has not told yet: a daemon runs the same task for years. */
function untold(
  { system }: Pick<Agent, "system">,
  service: string,
  doubts: readonly CommandDoubt[],
): CommandDoubt[] {
  const known = told.get(system) ?? new Map<string, string>();
  told.set(system, known);
  return doubts.filter(({ section, option, text }) => {
    const key = `${service} ${section}.${option}`;
    if (known.get(key) === text) return false;
    known.set(key, text);
    return true;
  });
}

/** Warns about the commands of a task, or of a service, of which this process has not warned yet. */
export function warnOfDoubts(
  agent: DoubtAgent,
  { name, configuration }: Pick<Instance, "name" | "configuration">,
  section: string,
  journal: Pick<Journal, "warning">,
): void {
  const rid = section === "DEFAULT" ? undefined : section;
  try {
    const doubts = new CommandDoubts(agent).of(configuration, section);
    for (const { text } of untold(agent, name, doubts)) journal.warning(text, rid);
  } catch (error) {
    // A warning that cannot be given is no reason not to run.
    journal.warning(`who may replace the command cannot be told: ${messageOf(error)}`, rid);
  }
}
