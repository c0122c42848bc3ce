import { createConfig } from "../../actions/config/create.ts";
import { problemsOf } from "../../actions/config/problems.ts";
import { InvalidConfigError } from "../../actions/config/invalid_config_error.ts";
import type { Agent } from "../../actions/agent.ts";
import type { CommandSpec, Invocation } from "../../cli/command.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { formatSections } from "../../core/config/sections.ts";
import type { Crontab, LineNote } from "../../core/crontab/crontab.ts";
import { crontabPlace } from "../../core/crontab/crontab_place.ts";
import { readCrontab } from "../../core/crontab/read_crontab.ts";
import { taskSections } from "../../core/crontab/task_sections.ts";
import { RefusedError } from "../../core/errors.ts";
import { formatObjectPath, type ObjectPath, parseObjectPath } from "../../core/naming/object_path.ts";
import { escapeControl } from "../../core/text/escape.ts";
import type { System } from "../../ports.ts";
import { readingWords, tellingErrors, tellProblems, tellRemarks } from "../config/remarks.ts";
import { agentFor } from "../context.ts";

/** Thrown when lines of a crontab cannot be read; a `SyntaxError`, so that the exit code is 3. */
export class CrontabError extends SyntaxError {
  override readonly name = "CrontabError";
}

/** The name that a configuration is validated under when it is only printed. */
const UNNAMED = "imported";

/** `agent crontab import FILE` */
export const CRONTAB_IMPORT: CommandSpec = {
  words: ["crontab", "import"],
  scope: "schedule",
  summary: "turn a crontab into the configuration of a service",
  flags: [
    {
      name: "service",
      kind: "string",
      valueName: "NAME",
      text: "create this service instead of printing its configuration",
    },
    { name: "dry-run", kind: "boolean", text: "with --service: print what would be created" },
    {
      name: "system",
      kind: "boolean",
      text: "the lines have a user column, as in /etc/crontab and /etc/cron.d, where it is expected anyway",
    },
    {
      name: "user",
      kind: "string",
      valueName: "USER",
      text: "the owner of a user crontab; else the file's name in the spool folder, else who asks",
    },
  ],
  positional: { name: "FILE", text: "the crontab; - is standard input" },
  examples: [
    { command: "agent crontab import /etc/cron.d/sysstat", text: "prints the configuration" },
    {
      command: "agent crontab import /etc/cron.d/sysstat --service sysstat",
      text: "creates the service sysstat",
    },
    {
      command: "crontab -l -u joe | agent crontab import - --user joe --service joe",
      text: "creates a service of joe's jobs",
    },
  ],
  details:
    "Each job is a task, task#1 for the first one. Times are kept as crontab expressions, commands go to a shell, the " +
    "user column is user, lines NAME=value are environment, path, cwd (HOME) and timezone (CRON_TZ), the text behind a " +
    "% is piped into the command, and a comment right above a job is its comment. RANDOM_DELAY makes windows with a " +
    "random instant. PATH is that of cron, /usr/bin:/bin, unless the crontab sets one. What the agent does otherwise, " +
    "such as not to send mail for MAILTO, is said on standard error.\n\n" +
    "When a line cannot be read, all such lines are named, nothing is written, and the exit code is 3. The crontab " +
    "itself stays as it is: take the jobs out of it, or they run twice.",
  run: importCrontab,
};

async function importCrontab(invocation: Invocation, system: System): Promise<number> {
  const { flags, positionals: [file = ""] } = invocation;
  const service = flags.string("service");
  const isDryRun = flags.boolean("dry-run");
  if (isDryRun && service === undefined) {
    throw new UsageError("Cannot use --dry-run without --service: nothing would be written anyway");
  }
  const path = readingWords(() => parseObjectPath(service ?? UNNAMED));
  const { isSystem, user, isGuessed } = ownerOf(invocation, file, system);
  const crontab = readCrontab(await readText(file, system), { isSystem });
  refuseProblems(system, file, crontab.problems);
  const text = formatSections(taskSections(crontab, { user }));
  const agent = agentFor(invocation, system);
  if (!flags.boolean("quiet")) {
    tellNotes(system, file, [...crontab.remarks, ...suspicions(crontab, isSystem)]);
    if (isGuessed) {
      system.terminal.write(
        "stderr",
        `agent: the jobs run as ${user}, expected --user when they are of another\n`,
      );
    }
  }
  if (service === undefined || isDryRun) return print(agent, path, text);
  return await create(invocation, agent, path, text);
}

/** Whose jobs they are. */
interface Owner {
  /** Whether each line says it. */
  readonly isSystem: boolean;
  readonly user: string | undefined;
  /** Whether nothing but who asks speaks for it. */
  readonly isGuessed: boolean;
}

function ownerOf({ flags }: Invocation, file: string, { users }: System): Owner {
  const named = flags.string("user");
  const place = crontabPlace(file);
  if (flags.boolean("system") && named !== undefined) {
    throw new UsageError("Cannot use --user with --system: each line of a system crontab names its user");
  }
  // An empty name would leave the jobs to the agent's own user.
  if (named === "") throw new UsageError("Cannot use --user: the name is empty, expected a user");
  if (flags.boolean("system") || (place.isSystem && named === undefined)) {
    return { isSystem: true, user: undefined, isGuessed: false };
  }
  const known = named ?? place.owner;
  const user = known ?? users.findUser(String(users.self.uid))?.name;
  return { isSystem: false, user, isGuessed: known === undefined && user !== undefined };
}

async function readText(file: string, { files, terminal }: System): Promise<string> {
  if (file === "-" || file === "/dev/stdin") return await terminal.readInput();
  const text = files.read(file);
  if (text === undefined) throw new RefusedError(`Cannot read "${file}": there is no such file`);
  return text;
}

/** One bad line is the error itself; several are told first. */
function refuseProblems(system: System, file: string, problems: readonly LineNote[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const cannot = `Cannot import the crontab ${file}`;
  if (problems.length === 1) throw new CrontabError(`${cannot} at line ${first.line}: ${first.text}`);
  tellNotes(system, file, problems);
  throw new CrontabError(`${cannot}: ${problems.length} lines cannot be read, expected none`);
}

function tellNotes({ terminal }: System, file: string, notes: readonly LineNote[]): void {
  for (const { line, text } of notes) {
    terminal.write("stderr", `${file}: line ${line}: ${escapeControl(text)}\n`);
  }
}

/** A system crontab that came through a pipe looks like a user's, with the user as the program of every job. */
function suspicions({ jobs }: Crontab, isSystem: boolean): LineNote[] {
  if (isSystem || !jobs.every(({ command }) => command.text.startsWith("root "))) return [];
  return [{ line: jobs[0]!.line, text: "every command starts with root: a system crontab needs --system" }];
}

function print(agent: Agent, path: ObjectPath, text: string): number {
  const name = formatObjectPath(path);
  const problems = problemsOf(agent, path, text);
  const errors = problems.filter(({ severity }) => severity === "error");
  tellProblems(agent.system, name, errors.length > 1 ? errors : []);
  if (errors.length > 0) throw new InvalidConfigError("Cannot import the crontab", name, errors);
  agent.system.terminal.write("stdout", text);
  return 0;
}

async function create(
  invocation: Invocation,
  agent: Agent,
  path: ObjectPath,
  source: string,
): Promise<number> {
  const { system } = agent;
  const name = formatObjectPath(path);
  const remarks = await tellingErrors(
    system,
    () => createConfig(agent, path, { source, assignments: [], environment: {} }),
  );
  tellRemarks(invocation, system, [{ name, remarks }]);
  system.terminal.write("stdout", `create ${name}\n`);
  return 0;
}
