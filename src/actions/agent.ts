import type { CollectorSettings } from "../core/collector/settings.ts";
import { readCollectorSettings } from "../core/collector/settings.ts";
import { ConfigSyntaxError } from "../core/config/config_error.ts";
import { parseIni } from "../core/config/ini.ts";
import type { IniDocument } from "../core/config/ini.ts";
import { toShellWords } from "../core/convert.ts";
import { parseDuration } from "../core/duration.ts";
import type { Level } from "../core/log/entry.ts";
import type { Log, System } from "../ports.ts";
import type { Folders } from "../state/folders.ts";
import { foldersOf } from "../state/folders.ts";
import { HookDesk } from "./hooks/desk.ts";
import { ConfigReader } from "../state/objects.ts";
import { join } from "@std/path";

/** What `node.conf` says about this host. */
export interface NodeSettings {
  readonly document: IniDocument | undefined;
  readonly name: string;
  readonly timeZone: string;
  /** Whether `node.conf` says the zone; else it is the system's, which may change. */
  readonly isZoneFixed: boolean;
  readonly path: string | undefined;
  /** The proxy of the agent's own requests. */
  readonly httpProxy: string | undefined;
  readonly impersonate: string;
  /** Such as `PRD`. */
  readonly environment: string;
  /** What ssh is told first, to reach other nodes. */
  readonly sshOptions: readonly string[];
  /** How many tasks the daemon runs at the same time. */
  readonly maxParallel: number;
  /** How long a stopping daemon waits for running tasks, in seconds. */
  readonly stopTimeout: number;
  readonly jitter: "stable" | "random";
  readonly logLevel: Level;
  /** Undefined when `node.conf` names no collector. */
  readonly collector: CollectorSettings | undefined;
}

/** Everything an action needs besides its own arguments. */
export interface Agent {
  readonly system: System;
  readonly folders: Folders;
  readonly node: NodeSettings;
  readonly configs: ConfigReader;
  /** What goes on beside the runs of this process. */
  readonly hooks: HookDesk;
  /** The console, at the level that the operator asked for; absent in the daemon. */
  readonly console?: { readonly log: Log; readonly level: Level };
}

export interface AgentOptions {
  /** `--root`. */
  readonly root?: string | undefined;
  readonly console?: { readonly log: Log; readonly level: Level };
  /** For who has to say what is wrong with that file: the agent is then as it would be without it. */
  readonly ignoresNodeFile?: boolean;
}

/** Thrown when `node.conf` holds a value that cannot be used. */
export class NodeSettingError extends SyntaxError {
  override readonly name = "NodeSettingError";
}

/** Finds the folders and reads the settings of the node; throws `NodeSettingError` for a bad `node.conf`. */
export function createAgent(system: System, options: AgentOptions = {}): Agent {
  const folders = foldersOf({
    environment: system.host.environment,
    uid: system.users.self.uid,
    root: options.root,
  });
  return {
    system,
    folders,
    ...readNode(system, folders, options.ignoresNodeFile),
    hooks: new HookDesk(),
    ...(options.console ? { console: options.console } : {}),
  };
}

/** The same agent with what `node.conf` says now; throws `NodeSettingError` for a bad one. */
export function withFreshNode(agent: Agent): Agent {
  return { ...agent, ...readNode(agent.system, agent.folders) };
}

function readNode(system: System, folders: Folders, ignoresFile = false): Pick<Agent, "node" | "configs"> {
  const configs = new ConfigReader(system, folders);
  const file = nodeFile(folders);
  const document = ignoresFile ? undefined : readNodeFile(configs, file);
  return { configs, node: readNodeSettings(system, document, file) };
}

/** Where the configuration of the node is. */
export function nodeFile(folders: Pick<Folders, "etc">): string {
  return join(folders.etc, "node.conf");
}

const LEVEL_WORDS: Readonly<Record<string, Level>> = {
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  warning: "WARNING",
  error: "ERROR",
};
/** As the 2.1 agent spells them. */
const COLLECTOR_ALIASES: Readonly<Record<string, string>> = {
  collector_ping_interval: "db_min_ping_interval",
  collector_status_delay: "db_min_update_interval",
};
const WRAPPERS = ["auto", "setpriv", "runuser", "su", "sudo"];

function readNodeFile(configs: ConfigReader, file: string): IniDocument | undefined {
  const content = configs.readFile(file);
  if (content.kind === "refused" || content.kind === "broken") throw new NodeSettingError(content.reason);
  return content.kind === "text" ? parseNodeFile(content.text, file) : undefined;
}

function readNodeSettings(system: System, document: IniDocument | undefined, file: string): NodeSettings {
  const get = (section: string, option: string) => document?.sections.get(section)?.byKey.get(option)?.value;
  const pick = <T>(
    option: string,
    section: string,
    fallback: T,
    read: (text: string) => T | undefined,
  ): T => {
    const text = get(section, option);
    if (text === undefined || text === "") return fallback;
    const value = read(text);
    if (value === undefined) {
      throw new NodeSettingError(
        `Cannot use [${section}] ${option} of ${file}: ${JSON.stringify(text)} is not a valid value`,
      );
    }
    return value;
  };
  const { environment, hostName } = system.host;
  const oneOf = <T extends string>(...words: T[]) => (text: string) => words.find((word) => word === text);
  return {
    document,
    name: (environment["AGENT_NODENAME"] || get("node", "name") || hostName).toLowerCase(),
    timeZone: pick("timezone", "node", system.clock.timeZone(), String),
    isZoneFixed: Boolean(get("node", "timezone")),
    path: get("node", "path"),
    httpProxy: pick<string | undefined>("http_proxy", "node", undefined, proxyAddress),
    impersonate: pick("impersonate", "node", "auto", oneOf(...WRAPPERS)),
    environment: get("node", "env") || "TST",
    sshOptions: pick<readonly string[]>("ssh_options", "node", [], shellWords),
    maxParallel: pick("max_parallel", "node", 10, positiveInteger),
    stopTimeout: pick("stop_timeout", "node", 60, duration),
    jitter: pick<"stable" | "random">("jitter", "schedule", "stable", oneOf("stable", "random")),
    logLevel: pick<Level>("level", "log", "INFO", (text) => LEVEL_WORDS[text.toLowerCase()]),
    collector: collectorSettings(get, file),
  };
}

function collectorSettings(
  get: (section: string, option: string) => string | undefined,
  file: string,
): CollectorSettings | undefined {
  try {
    return readCollectorSettings((option) =>
      get("node", option) ?? get("node", COLLECTOR_ALIASES[option] ?? option)
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NodeSettingError(`${file}: ${error.message}`, { cause: error });
  }
}

/** The message names the file: whoever asked about a service would look for the line in the wrong one. */
function parseNodeFile(text: string, file: string): IniDocument {
  try {
    return parseIni(text);
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    const { line } = error.position;
    // The message of the parser shows the line, which may be that of a password; a cause would be shown, too.
    const isSecret = /^\s*(?:uuid|secret)\b/i.test(text.split(/\r?\n/)[line - 1] ?? "");
    if (isSecret) throw new NodeSettingError(`${file}: Cannot read the configuration at line ${line}`);
    throw new NodeSettingError(`${file}: ${error.message}`, { cause: error });
  }
}

function proxyAddress(text: string): string | undefined {
  return URL.canParse(text) && /^(?:https?|socks5h?):$/.test(new URL(text).protocol) ? text : undefined;
}

function shellWords(text: string): readonly string[] | undefined {
  try {
    return toShellWords(text);
  } catch {
    return undefined;
  }
}

function positiveInteger(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function duration(text: string): number | undefined {
  try {
    return parseDuration(text, "s");
  } catch {
    return undefined;
  }
}
