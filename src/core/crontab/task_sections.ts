import type { ConfigSections } from "../config/sections.ts";
import { replaceExpressions } from "../config/expression.ts";
import { problemOfName } from "../process/environment.ts";
import { quoteInFile, shellText } from "./command.ts";
import type { Crontab, CrontabJob } from "./crontab.ts";

/** Where cron looks for programs unless the crontab says otherwise. */
const CRON_PATH = "/usr/bin:/bin";
/** Options that all tasks may share, so that they are written once. */
const SHARED = ["user", "timezone", "shell", "path", "cwd", "environment"];
/** Variables that have a keyword of their own. */
const OWN_KEYWORDS: ReadonlySet<string> = new Set(["PATH"]);

export interface TaskOptions {
  /** The owner of a user crontab: the user of all jobs that name none. */
  readonly user: string | undefined;
}

/** The configuration of a service that runs what cron would run: a task for each job, `task#1` for the first one. */
export function taskSections({ jobs, comment }: Crontab, { user }: TaskOptions): ConfigSections {
  const tasks = jobs.map((job) => taskOf(job, user));
  const shared = SHARED.filter((option) =>
    tasks.length > 1 &&
    tasks.every((task) => task[option] !== undefined && task[option] === tasks[0]![option])
  );
  const head = withoutAbsent({
    comment: comment && plainText(comment),
    ...Object.fromEntries(shared.map((option) => [option, tasks[0]![option]])),
  });
  const sections = tasks.map((task, index) => {
    const own = Object.entries(task).filter(([option]) => !shared.includes(option));
    return [`task#${index + 1}`, withoutAbsent(Object.fromEntries(own))] as const;
  });
  return { ...(Object.keys(head).length > 0 && { DEFAULT: head }), ...Object.fromEntries(sections) };
}

type Options = Readonly<Record<string, string | undefined>>;

function taskOf(job: CrontabJob, owner: string | undefined): Options {
  const { schedule, variables, timezone, comment } = job;
  const [allowed, refused] = [true, false].map((isAllowed) =>
    Object.entries(variables).filter(([name]) =>
      !OWN_KEYWORDS.has(name) && (problemOfName(name) === undefined) === isAllowed
    )
  );
  const wrapping = { shell: variables["SHELL"] || "/bin/sh", variables: Object.fromEntries(refused!) };
  return {
    comment: plainText(comment),
    command: shellText(job.command, wrapping, isReplaced(job.command.text)),
    shell: "true",
    schedule,
    timezone,
    user: job.user ?? owner,
    path: variables["PATH"] || CRON_PATH,
    cwd: variables["HOME"],
    environment: allowed!.map(([name, value]) => variable(name, value)).join(" "),
  };
}

function variable(name: string, value: string): string {
  return /^[\w@%+:,./-]*$/.test(value) ? `${name}=${value}` : `${name}=${quoteInFile(value)}`;
}

/** Whether a configuration might not leave a command as it is; variables in capitals name no keyword. */
function isReplaced(text: string): boolean {
  return /\{(?![A-Z_][A-Z\d_]*\})[\w.[\]:/#]+\}/.test(text) || replaceExpressions(text) !== text;
}

/** A comment in which nothing looks like a reference. */
function plainText(text: string): string {
  return text.replace(/\{|\$\(/g, "$& ");
}

function withoutAbsent(options: Options): Record<string, string> {
  const entries = Object.entries(options).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(entries);
}
