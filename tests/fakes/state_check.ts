/**
 * What every file of a root has to look like, whatever happened to the agent that wrote it.
 *
 * @module
 */
import type { FakeFiles } from "./files.ts";

type Rule = readonly [path: RegExp, isWhole: (text: string) => boolean];

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const LAST_RUN_FIELDS = [
  "at",
  "planned_at",
  "ended_at",
  "exitcode",
  "signal",
  "reason",
  "status",
  "origin",
  "session_id",
  "user",
  "pid",
];

/** The drafts that a writer renames; one that was killed leaves it behind. */
const DRAFT_REGEXP = /\.[0-9a-f]{8}\.tmp$/;

const RULES: readonly Rule[] = [
  [/\/scheduler\/last_[^/]+$/, matches(/^\d{10}(\.\d+)?\n$/)],
  [/\/scheduler\/settled_[^/]+$/, isJson(["until", "schedule"])],
  [/\/(?:scheduler\/boot_[^/]+|daemon_boot)$/, matches(new RegExp(`^${UUID}( waiting)?\n$`))],
  [/\/last_run$/, isJson(LAST_RUN_FIELDS)],
  [/\/last_run_retcode$/, matches(/^\d+$/)],
  [/\/history\.jsonl$/, isHistory],
  [/\/run\/\d+(?:\.[^/]+)?$/, isRunRecord],
  [/\/runs\/[^/]+\/[^/]+$/, () => true],
  [/\/compliance\/attached\.json$/, isJson(["modulesets", "rulesets"])],
  [/\/compliance\/results\.json$/, isJson(["modules"])],
  [/\/compliance\/collector\.json$/, isJson(["at", "answer"])],
  [/\/compliance_tools\/[^/]+$/, matches(/^#!\/bin\/sh\n[^]*\n$/)],
  [/\/provisioned$/, matches(/^(true|false)\n?$/)],
  [/(?<!\/collector)\/status\.json$/, isJson(["avail", "overall", "resources"])],
  [/\/stopping\.json$/, isJson(["pid", "start_time", "boot_id", "rids"])],
  [/\/daemon\.json$/, isJson(["pid", "start_time", "boot_id", "started_at", "version"])],
  [/(?:\/frozen|\.lock)$/, matches(/^$/)],
  [/\.flag$/, matches(/^(?:\S+\n)?$/)],
  [/\/daemon\.sock$/, () => true],
  [/\/(?:changed|attached)$/, matches(new RegExp(`^${UUID}\n$`))],
  [
    /\/collector\/spool\/[a-z_]+\/[^/]+\.json$/,
    isJson(["id", "at", "kind", "key", "target", "method", "path", "body"]),
  ],
  [/\/collector\/config_sent\/[^/]+\.json$/, isJson(["sent_at", "csum"])],
  [/\/snoozed\/[^/]+\.json$/, isJson(["rid", "session_id", "until"])],
  [/\/collector\/ledger\.json$/, isJson(["bytes", "count", "dropped"])],
  [/\/collector\/[a-z_]+\.json$/, isJson(["code", "failures", "delivered", "rejected"])],
  [/\/collector\/wake$/, matches(new RegExp(`^(?:spooled|retry) ${UUID}\n$`))],
  [/(?:\.log|\/edit\.conf)$/, () => true],
];

function matches(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

function isJson(fields: readonly string[]): (text: string) => boolean {
  return (text) => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === "object" && value !== null && fields.every((field) => field in value);
    } catch {
      return false;
    }
  };
}

function isHistory(text: string): boolean {
  return text.endsWith("\n") && text.trimEnd().split("\n").every(isJson(LAST_RUN_FIELDS));
}

function isRunRecord(text: string): boolean {
  const [session = "", record = ""] = text.split("\n");
  return new RegExp(`^${UUID}$`).test(session) && isJson(["session_id", "pid", "boot_id"])(record);
}

/** Whether a state file is what its writer writes; a path that no rule knows is not. */
export function isWhole(path: string, text: string): boolean {
  return RULES.find(([pattern]) => pattern.test(path))?.[1](text) ?? false;
}

/** Whether a path is that of a draft. */
export function isDraft(path: string): boolean {
  return DRAFT_REGEXP.test(path);
}

/** Names the files that are not whole; `configs` gives the texts that a configuration may have, by its path. */
export function tornFiles(files: FakeFiles, configs: Readonly<Record<string, readonly string[]>>): string[] {
  return files.paths.filter((path) => !isDraft(path)).filter((path) => {
    const text = files.read(path) ?? "";
    const allowed = configs[path];
    if (allowed) return !allowed.includes(text);
    return !isWhole(path, text);
  });
}

/** The drafts that a dead agent left. */
export function draftsOf(files: FakeFiles): string[] {
  return files.paths.filter(isDraft);
}
