import type { Configuration } from "../../core/config/configuration.ts";
import { argvOf } from "../../core/process/command.ts";
import { quote } from "../../core/process/quote.ts";
import type { Retcodes } from "../../core/retcodes.ts";
import type { CommandOptions } from "../driver.ts";
import { readLimits } from "../task/settings.ts";

/** What an application has a command for. */
export type AppAction = "start" | "stop" | "check";

/** A command of an application, with its time limit in seconds. */
export interface AppCommand {
  readonly text: string;
  readonly timeout: number | undefined;
}

/** The section of an application, converted. */
export interface AppSettings {
  readonly commands: Readonly<Record<AppAction, AppCommand | undefined>>;
  readonly retcodes: Retcodes;
  /** Whether what check writes is shown. */
  readonly isCheckTold: boolean;
  readonly killGrace: number;
  /** How the commands are started. */
  readonly options: CommandOptions;
}

/** Scripts of the system take this word, and not the name of the keyword. */
const WORDS: Readonly<Record<AppAction, string>> = { start: "start", stop: "stop", check: "status" };
/** A number was the place in the order, in older versions of OpenSVC; the order is that of rids and subsets here. */
const YES_REGEXP = /^(?:true|t|yes|y|on|0*[1-9]\d*)$/i;
const NO_REGEXP = /^(?:false|f|no|n|off|0+)?$/i;

/** Reads one application; throws `SyntaxError` for the first value that cannot be used. */
export function readApp(configuration: Configuration, rid: string): AppSettings {
  const text = (option: string) => configuration.string(rid, option) || undefined;
  return {
    commands: {
      start: readCommand(configuration, rid, "start"),
      stop: readCommand(configuration, rid, "stop"),
      check: readCommand(configuration, rid, "check"),
    },
    retcodes: configuration.retcodes(rid, "retcodes"),
    isCheckTold: configuration.boolean(rid, "status_log"),
    killGrace: configuration.duration(rid, "kill_grace") ?? 10,
    options: {
      // An empty user is a doubt about identity, and is refused.
      user: configuration.string(rid, "user"),
      group: configuration.string(rid, "group"),
      cwd: text("cwd"),
      umask: configuration.octal(rid, "umask"),
      limits: limitsOf(configuration, rid),
      path: text("path"),
      environment: configuration.shellWords(rid, "environment"),
      configsEnvironment: configuration.shellWords(rid, "configs_environment"),
      secretsEnvironment: configuration.shellWords(rid, "secrets_environment"),
      killGrace: configuration.duration(rid, "kill_grace") ?? 10,
    },
  };
}

function readCommand(configuration: Configuration, rid: string, action: AppAction): AppCommand | undefined {
  const value = (configuration.string(rid, action) ?? "").trim();
  if (NO_REGEXP.test(value)) return undefined;
  const timeout = configuration.duration(rid, `${action}_timeout`) ?? configuration.duration(rid, "timeout");
  const limit = timeout || undefined;
  if (YES_REGEXP.test(value)) return { text: scriptCall(configuration, rid, action), timeout: limit };
  argvOf(value, undefined, []);
  return { text: value, timeout: limit };
}

function scriptCall(configuration: Configuration, rid: string, action: AppAction): string {
  const script = configuration.string(rid, "script") ?? "";
  if (script.startsWith("/")) return `${quote(script)} ${WORDS[action]}`;
  const state = script === "" ? "it is not set" : "it is relative";
  throw new SyntaxError(
    `Cannot use ${rid}.script: ${state}, expected an absolute path because ${action} calls it`,
  );
}

/** `limit_vmem` is another name of `limit_as` on Linux; the lower of the two counts. */
function limitsOf(configuration: Configuration, rid: string) {
  const { vmem, ...others } = readLimits(configuration, rid);
  return vmem === undefined ? others : { ...others, as: Math.min(vmem, others.as ?? Infinity) };
}
