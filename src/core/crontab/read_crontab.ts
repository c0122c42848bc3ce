import { zoneOf } from "../schedule/zone.ts";
import { splitCommand } from "./command.ts";
import type { Crontab, CrontabJob, LineNote } from "./crontab.ts";
import { delayedSchedule, scheduleOfFields, scheduleOfWord } from "./times.ts";
import { type CrontabVariable, readVariable } from "./variable.ts";

export interface ReadOptions {
  /** Whether it is a system crontab: a user stands between the times and the command. */
  readonly isSystem: boolean;
}

/** Variables that speak to cron itself, and not to the commands. */
const MAIL_VARIABLES = ["MAILTO", "MAILFROM", "CONTENT_TYPE", "CONTENT_TRANSFER_ENCODING"];

/** Reads a crontab as cron does, line by line; nothing is thrown for lines that cannot be read. */
export function readCrontab(text: string, options: ReadOptions): Crontab {
  const reader = new CrontabReader(options);
  for (const [index, line] of text.split(/\r?\n/).entries()) reader.read(line.trim(), index + 1);
  return reader.finish();
}

class CrontabReader {
  readonly #jobs: CrontabJob[] = [];
  readonly #problems: LineNote[] = [];
  readonly #remarks: LineNote[] = [];
  readonly #head: string[] = [];
  #comment: string[] = [];
  #variables: Record<string, string> = {};
  #timezone: string | undefined;
  #delay = 0;

  constructor(readonly options: ReadOptions) {}

  read(line: string, number: number): void {
    if (line.startsWith("#")) return this.#readComment(line, number);
    const variable = readVariable(line);
    if (line !== "" && !variable) return this.#readJob(line, number);
    // A comment that stands apart belongs to no job.
    this.#head.push(...this.#comment);
    this.#comment = [];
    if (variable) this.#set(variable, number);
  }

  finish(): Crontab {
    const comment = [...this.#head, ...this.#comment].join(" ");
    if (this.#jobs.length === 0 && this.#problems.length === 0) {
      this.#problems.push({ line: 1, text: "there is no job in it, expected one at least" });
    }
    return { jobs: this.#jobs, problems: this.#problems, remarks: this.#remarks, comment };
  }

  #readComment(line: string, number: number): void {
    const text = line.replace(/^[#\s]+/, "").trimEnd();
    if (isJob(text)) this.#remark(number, "a job that is commented out is left out");
    else if (/\p{L}{2}/u.test(text) && !isRuler(text)) this.#comment.push(text);
  }

  #readJob(line: string, number: number): void {
    const comment = this.#comment.join(" ");
    this.#comment = [];
    try {
      const times = this.#takeTimes(line.replace(/^-(?=[\d*@])/, ""));
      const { user, rest } = this.#takeUser(times.rest);
      if (line.startsWith("-")) this.#remark(number, "the dash has no effect: the agent logs every run");
      const command = splitCommand(rest);
      if (command.text === "") throw lineError("there is no command, expected one behind the times");
      const schedule = this.#delayed(times, number);
      const variables = { ...this.#variables };
      this.#jobs.push({
        line: number,
        schedule,
        user,
        command,
        variables,
        timezone: this.#timezone,
        comment,
      });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#problems.push({ line: number, text: error.message });
    }
  }

  #takeTimes(line: string): Times {
    const count = line.startsWith("@") ? 1 : 5;
    const match = new RegExp(`^((?:\\S+[ \\t]+){${count - 1}}\\S+)(?:[ \\t]+(.*))?$`).exec(line);
    if (!match) {
      throw lineError(`"${line}" is no job, expected minute hour day month weekday and a command`);
    }
    const fields = match[1]!.split(/[ \t]+/);
    const schedule = count === 5 ? scheduleOfFields(fields) : scheduleOfWord(fields[0]!);
    if (schedule === undefined) {
      throw lineError(
        `"${fields[0]}" is no time of cron, expected @reboot, @hourly, @daily or the like`,
      );
    }
    return { fields, schedule, rest: match[2] ?? "" };
  }

  #takeUser(rest: string): { readonly user: string | undefined; readonly rest: string } {
    if (!this.options.isSystem) return { user: undefined, rest };
    const [, user, command] = /^(\S+)[ \t]+(.*)$/.exec(rest) ?? [];
    if (user === undefined || command === undefined) {
      throw lineError("there is no user or no command, expected both behind the times");
    }
    return { user, rest: command };
  }

  #delayed({ fields, schedule }: Times, number: number): string {
    if (this.#delay === 0 || schedule === "@reboot") return schedule;
    const delayed = delayedSchedule(fields, this.#delay);
    if (delayed !== undefined) return delayed;
    this.#remark(
      number,
      `RANDOM_DELAY=${this.#delay} is left out: no window of one day can say "${schedule}" with it`,
    );
    return schedule;
  }

  #set(variable: CrontabVariable, number: number): void {
    const { name, value } = variable;
    if (name === "CRON_TZ") this.#setZone(value, number);
    else if (name === "RANDOM_DELAY") this.#setDelay(value, number);
    else if (name === "LOGNAME") {
      this.#remark(number, "LOGNAME has no effect, as in cron: it is the user of the task");
    } else if (!MAIL_VARIABLES.includes(name)) this.#setVariable(variable, number);
    else if (name === "MAILTO" && value !== "") {
      const how = "the output is in the log of the service, and on_error can call a mailer";
      this.#remark(number, `MAILTO=${value} has no effect: the agent sends no mail; ${how}`);
    }
  }

  #setVariable({ name, value }: CrontabVariable, number: number): void {
    // Names such as __proto__ must be names like all others.
    this.#variables = { ...this.#variables, [name]: value };
    if ((name === "PATH" || name === "HOME") && /\{[\w.[\]:/#]+\}|\$\(/.test(value)) {
      const text = `${name} is "${value}", which a configuration would replace, expected plain folders`;
      this.#problems.push({ line: number, text });
    }
    if (name === "TZ") {
      this.#remark(
        number,
        "TZ is a variable of the commands only, as in cron: the times are in the zone of the node",
      );
    }
    if (name === "PATH" && value.includes("$")) {
      this.#remark(number, `in PATH=${value} nothing is replaced, as in cron`);
    }
  }

  #setZone(value: string, number: number): void {
    this.#timezone = value || undefined;
    try {
      zoneOf(value || "UTC");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#problems.push({ line: number, text: error.message });
    }
  }

  #setDelay(value: string, number: number): void {
    this.#delay = /^\d{1,4}$/.test(value) ? Number(value) : 0;
    if (/^\d{1,4}$/.test(value)) return;
    this.#problems.push({ line: number, text: `RANDOM_DELAY is "${value}", expected a number of minutes` });
  }

  #remark(line: number, text: string): void {
    this.#remarks.push({ line, text });
  }
}

/** What is wrong with a line: the part of a sentence that names the crontab and the line. */
function lineError(problem: string): SyntaxError {
  return new SyntaxError(problem);
}

interface Times {
  readonly fields: readonly string[];
  readonly schedule: string;
  readonly rest: string;
}

/** Whether a comment is a job that somebody switched off, rather than words. */
function isJob(text: string): boolean {
  const fields = text.split(/\s+/);
  if (/^@\w+$/.test(fields[0]!)) return fields.length > 1 && scheduleOfWord(fields[0]!) !== undefined;
  if (fields.length < 6 || fields.slice(0, 5).every((field) => field === "*")) return false;
  try {
    scheduleOfFields(fields);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Whether a comment only explains the columns. */
function isRuler(text: string): boolean {
  return /^m(?:in(?:ute)?)?\s+h(?:our)?\s/i.test(text) || /^[|.*\s`-]*[|.*`-]{3,}/.test(text) ||
    /^(?:[|*]\s+)+/.test(text);
}
