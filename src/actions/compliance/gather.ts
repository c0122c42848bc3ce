import { collectorWork } from "../../core/compliance/collector_work.ts";
import type { Definitions } from "../../core/compliance/definitions.ts";
import type { Attached, Work } from "../../core/compliance/work.ts";
import { localWork, mergeWork, NO_WORK, onlyModules } from "../../core/compliance/work.ts";
import { NotFoundError, RefusedError } from "../../core/errors.ts";
import { messageOf } from "../../core/error_text.ts";
import { nearest } from "../../core/text/nearest.ts";
import { keepAnswer, readKeptAnswer } from "../../state/compliance.ts";
import type { Agent } from "../agent.ts";
import type { Journal } from "../journal.ts";
import { hasComplianceCollector } from "../collector/configured.ts";
import { askCollector } from "./collector.ts";
import { localDefinitions } from "./definitions.ts";
import type { ComplianceRequest } from "./request.ts";
import type { Subject } from "./subject.ts";
import { attachedTo, nameOf, stateFolderOf, targetOf } from "./subject.ts";

/** Where the work of a run comes from. */
interface Sources {
  readonly agent: Agent;
  readonly subject: Subject;
  readonly journal: Journal;
  readonly definitions: Definitions;
  readonly attached: Attached;
}

/**
 * Finds out what a run consists of, from the local files and from the collector. Undefined when nothing at all says so:
 * nothing is attached, and there is no collector. Throws for definitions that cannot be used, and `NotFoundError` for a
 * moduleset that nobody has.
 */
export async function gatherWork(
  agent: Agent,
  subject: Subject,
  journal: Journal,
  request: Pick<ComplianceRequest, "modulesets" | "modules">,
): Promise<Work | undefined> {
  const warn = (text: string) => journal.warning(text);
  const definitions = localDefinitions(agent);
  const attached = attachedTo(agent, subject, warn);
  checkAttached(definitions, attached, subject);
  const { modulesets: chosen, modules } = request;
  const sources = { agent, subject, journal, definitions, attached };
  const hasSource = hasComplianceCollector(agent) || attached.modulesets.length > 0;
  if (!hasSource && chosen === undefined && modules === undefined) return undefined;
  const local = localWork(definitions, attached, chosen, targetOf(agent, subject));
  const all = mergeWork(await remoteWork(sources, chosen), local);
  return modules === undefined ? all : onlyModules(all, modules);
}

/** What was attached may have gone from the files since. */
function checkAttached(definitions: Definitions, attached: Attached, subject: Subject): void {
  for (const kind of ["modulesets", "rulesets"] as const) {
    const gone = attached[kind].find((name) => !definitions[kind].has(name));
    if (gone === undefined) continue;
    throw new RefusedError(
      `Cannot use ${kind.slice(0, -1)} ${gone}, which is attached to ${
        nameOf(subject)
      }: no file of compliance has it`,
    );
  }
}

async function remoteWork(sources: Sources, chosen: readonly string[] | undefined): Promise<Work> {
  const remote = chosen?.filter((name) => !sources.definitions.modulesets.has(name));
  const isRemote = hasComplianceCollector(sources.agent);
  if (remote && remote.length > 0 && !isRemote) throw unknownModuleset(remote[0]!, sources.definitions);
  if (!isRemote || remote?.length === 0) return NO_WORK;
  const work = await fetchWork(sources, remote);
  const unknown = remote?.find((name) => !work.known.has(name));
  if (unknown === undefined) return work.work;
  if (work.problem === undefined) throw unknownModuleset(unknown, sources.definitions);
  throw new RefusedError(
    `Cannot use moduleset ${unknown}: no file of compliance has it, and the collector cannot be asked: ${work.problem}`,
  );
}

function unknownModuleset(name: string, { modulesets }: Definitions): NotFoundError {
  const near = nearest(name, modulesets.keys());
  const hint = near === undefined
    ? "expected one that compliance list moduleset shows"
    : `did you mean ${near}?`;
  return new NotFoundError(`Cannot find moduleset ${name}: there is none, ${hint}`);
}

interface Fetched {
  readonly work: Work;
  /** Modulesets that the answer knows. */
  readonly known: ReadonlySet<string>;
  /** Why it is not the answer of now. */
  readonly problem?: string;
}

/** Asks the collector; when it cannot tell, what it said last counts. */
async function fetchWork(sources: Sources, chosen: readonly string[] | undefined): Promise<Fetched> {
  const { agent, subject, journal } = sources;
  const { node: { name }, system: { clock, files } } = agent;
  const folder = stateFolderOf(agent, subject);
  const asked = subject.kind === "node"
    ? await askCollector(agent, "comp_get_data_v2", [name, chosen ?? []])
    : await askCollector(agent, "comp_get_svc_data_v2", [name, subject.instance.name, chosen ?? []]);
  let reason = asked.kind === "failed" ? asked.reason : "";
  if (asked.kind === "answer") {
    try {
      const read = readAnswer(asked.value, chosen);
      if (chosen === undefined) await keep();
      return read;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      reason = error.message;
    }
  }
  const kept = readKeptAnswer(files, folder, (text) => journal.warning(text));
  if (kept === undefined) return nothingKept(sources, reason);
  journal.warning(`the collector cannot be asked: ${reason}; what it said on ${kept.at} counts`);
  return { ...readAnswer(kept.answer, chosen), problem: reason };

  async function keep(): Promise<void> {
    const at = new Date(clock.now()).toISOString();
    try {
      await keepAnswer(files, folder, { at, answer: asked.kind === "answer" ? asked.value : null });
    } catch (error) {
      journal.warning(`the answer of the collector is not kept: ${messageOf(error)}`);
    }
  }
}

function readAnswer(answer: unknown, chosen: readonly string[] | undefined): Fetched {
  const { modulesets } = (answer ?? {}) as { readonly modulesets?: unknown };
  const known = new Set(typeof modulesets === "object" && modulesets !== null ? Object.keys(modulesets) : []);
  return { work: collectorWork(answer, chosen), known };
}

/** What is attached locally goes on without the collector. */
function nothingKept({ journal, attached, subject }: Sources, reason: string): Fetched {
  if (attached.modulesets.length === 0) {
    throw new RefusedError(
      `Cannot find out what to check for ${nameOf(subject)}: the collector cannot be asked: ${reason}`,
    );
  }
  journal.warning(
    `the collector cannot be asked: ${reason}; it has said nothing before, only local modulesets count`,
  );
  return { work: NO_WORK, known: new Set(), problem: reason };
}
