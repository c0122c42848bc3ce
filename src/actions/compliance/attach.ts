import { join } from "@std/path";
import type { Definitions } from "../../core/compliance/definitions.ts";
import type { Attached } from "../../core/compliance/work.ts";
import { NotFoundError, RefusedError } from "../../core/errors.ts";
import { nearest } from "../../core/text/nearest.ts";
import { readAttached, writeAttached } from "../../state/compliance.ts";
import { nodeWakeFolder } from "../../state/folders.ts";
import { ATTACHED, wakeDaemon } from "../../state/wake_daemon.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import { hasComplianceCollector } from "../collector/configured.ts";
import { askCollector } from "./collector.ts";
import { localDefinitions } from "./definitions.ts";
import type { Subject } from "./subject.ts";
import { attachedByKeyword, journalOf, nameOf, stateFolderOf } from "./subject.ts";

/** Modulesets, or rulesets. */
type Kind = keyof Attached;
const KINDS: readonly Kind[] = ["modulesets", "rulesets"];
/** Stands for everything that is attached, when it is to be detached. */
export const ALL = "all";
const LOCK_WAIT_MS = 5_000;

interface Change {
  readonly agent: Agent;
  readonly subject: Subject;
  readonly journal: Journal;
}

/**
 * Attaches modulesets and rulesets: local ones on this node, others at the collector. Throws `NotFoundError` before
 * anything is done when nobody can have one of them.
 */
export async function attach(agent: Agent, subject: Subject, names: Attached): Promise<void> {
  const change = begin(agent, subject);
  const { journal } = change;
  const definitions = localDefinitions(agent);
  const isLocal = (kind: Kind, name: string) => definitions[kind].has(name);
  for (const kind of KINDS) {
    const unknown = names[kind].find((name) => !isLocal(kind, name));
    if (unknown !== undefined && !hasComplianceCollector(agent)) throw notFound(definitions, kind, unknown);
  }
  await changeLocal(change, (attached, kind) => {
    const fixed = attachedByKeyword(agent, subject)[kind];
    const fresh = names[kind].filter((name) => isLocal(kind, name));
    for (const name of new Set(fresh)) {
      const isThere = attached.includes(name) || fixed.includes(name);
      journal.info(`${singular(kind)} ${name} is ${isThere ? "attached already" : "attached"}`);
    }
    return [...new Set([...attached, ...fresh.filter((name) => !fixed.includes(name))])];
  });
  for (const kind of KINDS) {
    for (const name of names[kind].filter((each) => !isLocal(kind, each))) {
      await tell(change, "attach", kind, name);
    }
  }
}

/**
 * Detaches modulesets and rulesets, or `all` of them. Throws `RefusedError` for one that a keyword attaches, and
 * `NotFoundError` for one that is not attached here while there is no collector that could know it.
 */
export async function detach(agent: Agent, subject: Subject, names: Attached): Promise<void> {
  const change = begin(agent, subject);
  const known = readAttached(agent.system.files, stateFolderOf(agent, subject));
  const isRemote = hasComplianceCollector(agent);
  for (const kind of KINDS) {
    const fixed = names[kind].find((name) => attachedByKeyword(agent, subject)[kind].includes(name));
    if (fixed !== undefined) throw attachedByFile(change, kind, fixed);
    const unknown = names[kind].find((name) => name !== ALL && !known[kind].includes(name));
    if (unknown !== undefined && !isRemote) {
      throw new NotFoundError(
        `Cannot detach ${singular(kind)} ${unknown}: it is not attached to ${
          nameOf(subject)
        }, expected one that is`,
      );
    }
  }
  await changeLocal(change, (attached, kind) => {
    const gone = (name: string) => names[kind].includes(name) || names[kind].includes(ALL);
    for (const name of attached.filter(gone)) change.journal.info(`${singular(kind)} ${name} is detached`);
    return attached.filter((name) => !gone(name));
  });
  for (const kind of KINDS) {
    const others = names[kind].filter((name) => !known[kind].includes(name));
    for (const name of isRemote ? others : []) await tell(change, "detach", kind, name);
  }
}

function begin(agent: Agent, subject: Subject): Change {
  const journal = journalOf(agent, subject, { sessionId: agent.system.host.uuid() });
  return { agent, subject, journal };
}

async function changeLocal(
  { agent, subject }: Change,
  next: (attached: readonly string[], kind: Kind) => readonly string[],
): Promise<void> {
  const { files } = agent.system;
  const folder = stateFolderOf(agent, subject);
  files.makeFolder(join(folder, "compliance"));
  const lock = await files.lock(join(folder, "compliance", "attached.lock"), LOCK_WAIT_MS);
  if (lock === undefined) {
    throw new RefusedError("Cannot change what is attached: somebody else does so since 5 s");
  }
  try {
    const before = readAttached(files, folder);
    const after: Attached = {
      modulesets: next(before.modulesets, "modulesets"),
      rulesets: next(before.rulesets, "rulesets"),
    };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    await writeAttached(files, folder, after);
  } finally {
    lock.release();
  }
  const wake = subject.kind === "node" ? nodeWakeFolder(agent.folders) : subject.instance.runtimeFolder;
  await wakeDaemon(agent.system, agent.folders, wake, ATTACHED);
}

/** Changes what the collector has; throws `RefusedError` when it will not, or cannot be reached. */
async function tell(
  { agent, subject, journal }: Change,
  verb: "attach" | "detach",
  kind: Kind,
  name: string,
): Promise<void> {
  const what = singular(kind);
  const answer = subject.kind === "node"
    ? await askCollector(agent, `comp_${verb}_${what}`, [agent.node.name, name])
    : await askCollector(agent, `comp_${verb}_svc_${what}`, [subject.instance.name, name]);
  const problem = answer.kind === "failed" ? answer.reason : problemOf(answer.value);
  if (problem !== undefined) {
    throw new RefusedError(`Cannot ${verb} ${what} ${name} at the collector: ${problem}`);
  }
  journal.info(`${what} ${name} is ${verb}ed at the collector`);
}

/** What a collector that answers says against it. */
function problemOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { status, ret, msg } = value as Readonly<Record<string, unknown>>;
  const isRefused = status === false || (typeof ret === "number" && ret !== 0);
  return isRefused ? typeof msg === "string" ? msg : "it says no" : undefined;
}

function notFound(definitions: Definitions, kind: Kind, name: string): NotFoundError {
  const near = nearest(name, definitions[kind].keys());
  const hint = near === undefined
    ? `expected one that compliance list ${singular(kind)} shows`
    : `did you mean ${near}?`;
  return new NotFoundError(`Cannot find ${singular(kind)} ${name}: no file of compliance has it, ${hint}`);
}

function attachedByFile({ subject }: Change, kind: Kind, name: string): RefusedError {
  const keyword = subject.kind === "node" ? `[compliance] ${kind} of node.conf` : `DEFAULT.comp_${kind}`;
  return new RefusedError(
    `Cannot detach ${singular(kind)} ${name}: ${keyword} attaches it, expected the change there`,
  );
}

function singular(kind: Kind): "moduleset" | "ruleset" {
  return kind === "modulesets" ? "moduleset" : "ruleset";
}
