/**
 * A compliance run: what is to be checked, module after module, and what is kept of it.
 *
 * @module
 */
import type { ModuleWork, Work } from "../../core/compliance/work.ts";
import type { ModuleResult } from "../../core/compliance/result.ts";
import { digestOf } from "../../core/compliance/result.ts";
import { compareNatural } from "../../core/naming/natural_order.ts";
import { messageOf } from "../../core/error_text.ts";
import { resolveIdentity } from "../../core/process/identity.ts";
import { RefusedError } from "../../core/errors.ts";
import { complianceLockFile, writeResults } from "../../state/compliance.ts";
import { stampName, writeStamp } from "../../state/stamps.ts";
import type { Lock } from "../../ports.ts";
import type { Agent } from "../agent.ts";
import { passwordMask } from "../collector/door.ts";
import type { Journal, Sink } from "../journal.ts";
import { attach } from "./attach.ts";
import { moduleEnvironment, temporaryFolder } from "./environment.ts";
import type { FoundModule } from "./find_module.ts";
import { findModule, modulesFolder } from "./find_module.ts";
import { restReason } from "./gate.ts";
import { gatherWork } from "./gather.ts";
import { pushResults } from "./push.ts";
import type { ComplianceReport, ComplianceRequest } from "./request.ts";
import { runModule } from "./run_module.ts";
import type { StepContext } from "./run_step.ts";
import type { Subject } from "./subject.ts";
import { journalOf, nameOf, stateFolderOf, timeoutOf } from "./subject.ts";
import { writeTools } from "./tools.ts";

interface Run {
  readonly agent: Agent;
  readonly subject: Subject;
  readonly request: ComplianceRequest;
  readonly journal: Journal;
  readonly sessionId: string;
}

/**
 * Runs the modules of a service or of the node, one run at a time for each.
 *
 * Throws what definitions and names that cannot be used throw; that another run goes on, or that there is nothing to do,
 * is in the report.
 */
export async function runCompliance(
  agent: Agent,
  subject: Subject,
  request: ComplianceRequest,
): Promise<ComplianceReport> {
  const sessionId = agent.system.host.uuid();
  const session = { sessionId, isScheduled: request.isScheduled };
  const journal = journalOf(agent, subject, session).masking(passwordMask(agent));
  const run: Run = { agent, subject, request, sessionId, journal };
  const stranger = strangerProblem(agent, subject);
  if (stranger !== undefined) return refused(run, stranger);
  const rest = request.isScheduled && subject.kind === "service" && restReason(agent, subject.instance);
  if (rest) return refused(run, rest);
  const lock = await takeLock(run);
  if (lock === undefined) {
    return refused(run, "another compliance run goes on, expected none (--waitlock waits for its end)");
  }
  try {
    return await runLocked(run);
  } finally {
    lock.release();
  }
}

/** Between two looks at the lock, in milliseconds. */
const RETRY_MS = 100;

/** Waits as long as the request allows, and not beyond a wish to stop; undefined when another run goes on. */
async function takeLock({ agent, subject, request }: Run): Promise<Lock | undefined> {
  const { files, clock } = agent.system;
  const folder = stateFolderOf(agent, subject);
  files.makeFolder(folder);
  const deadline = clock.monotonic() + request.waitMs;
  for (;;) {
    const lock = files.tryLock(complianceLockFile(folder));
    if (lock !== undefined) return lock;
    if (clock.monotonic() >= deadline || request.stop.asked.aborted) return undefined;
    await clock.sleep(RETRY_MS, request.stop.asked);
  }
}

function strangerProblem({ node }: Agent, subject: Subject): string | undefined {
  if (subject.kind === "node" || subject.instance.isMember) return undefined;
  return `this node, ${node.name}, is in neither nodes nor drpnodes`;
}

/** The scheduler comes again: only a person is told of it as a failure. */
function refused({ request, journal }: Run, reason: string): ComplianceReport {
  if (request.isScheduled) journal.debug(`skip: ${reason}`);
  else journal.error(`'compliance ${request.action}' action stopped on execution error: ${reason}`);
  return {
    outcome: request.isScheduled ? "idle" : "refused",
    reason,
    results: [],
    exitCode: request.isScheduled ? 0 : 1,
  };
}

async function runLocked(run: Run): Promise<ComplianceReport> {
  const { agent, subject, request, journal } = run;
  if (request.attaches && request.modulesets) {
    await attach(agent, subject, { modulesets: request.modulesets, rulesets: [] });
  }
  const work = await gatherWork(agent, subject, journal, request);
  if (work === undefined) {
    return refused(run, `no moduleset is attached to ${nameOf(subject)}, and there is no collector to ask`);
  }
  await stamp(run, "");
  if (work.modules.length === 0) journal.info("no module to run");
  const startedAt = agent.system.clock.monotonic();
  request.onlooker?.begin(nameOf(subject));
  const results = await runModules(run, work);
  await keep(run, work, results);
  const { errors } = digestOf(results);
  if (errors === 0 && !request.stop.asked.aborted) await stamp(run, ".success");
  request.onlooker?.end(results, (agent.system.clock.monotonic() - startedAt) / 1000);
  return {
    outcome: "ran",
    reason: null,
    results,
    exitCode: request.stop.asked.aborted ? request.stop.exitCode : errors > 0 ? 1 : 0,
  };
}

/** The modules in the order of their files; what there is no file for comes last. */
async function runModules(run: Run, work: Work): Promise<readonly ModuleResult[]> {
  if (work.modules.length === 0) return [];
  const { agent, request, sessionId } = run;
  const context = await prepare(run, work);
  const results: ModuleResult[] = [];
  for (const { module, found } of inOrder(agent, work.modules)) {
    if (request.stop.asked.aborted) break;
    results.push(
      await runModule(context, {
        module,
        found,
        request,
        path: nameOf(run.subject),
        sessionId,
        journal: run.journal,
      }),
    );
  }
  return results;
}

function inOrder(agent: Agent, modules: readonly ModuleWork[]) {
  const folder = modulesFolder(agent);
  const entries = agent.system.files.list(folder);
  const found = modules.map((module): { readonly module: ModuleWork; readonly found: FoundModule } => ({
    module,
    found: findModule(agent.system, folder, module.name, entries),
  }));
  return found.sort((a, b) =>
    (a.found.order ?? Infinity) - (b.found.order ?? Infinity) || compareNatural(a.module.name, b.module.name)
  );
}

async function prepare(run: Run, work: Work): Promise<StepContext> {
  const { agent, subject, request, journal, sessionId } = run;
  const found = resolveIdentity({}, agent.system.users);
  if (found.kind === "refused") throw new RefusedError(found.reason);
  await writeTools(agent);
  agent.system.files.makeFolder(temporaryFolder(agent));
  const { env, problems } = moduleEnvironment(agent, subject, {
    rules: work.rules,
    identity: found.identity,
    sessionId,
  });
  for (const problem of problems) journal.warning(problem);
  const { console: _console, ...silent } = agent;
  const session = { sessionId, isScheduled: request.isScheduled };
  return {
    agent,
    identity: found.identity,
    env,
    timeout: timeoutOf(agent, subject),
    request,
    journalWith: (more: readonly Sink[]) =>
      journalOf(request.onlooker ? silent : agent, subject, session, more).masking(journal.mask),
  };
}

/** Notes the attempt, or that all is well, when the scheduler asked. */
async function stamp({ agent, subject, request, journal }: Run, suffix: string): Promise<void> {
  if (!request.isScheduled) return;
  const seconds = request.plannedAt ?? Math.floor(agent.system.clock.now() / 1000);
  const name = `${stampName("compliance_auto")}${suffix}`;
  const warn = (text: string) => journal.warning(text);
  await writeStamp(agent.system, stateFolderOf(agent, subject), name, { seconds, warn });
}

/** A full disk must not make a check look as if it had not been done. */
async function keep(run: Run, work: Work, results: readonly ModuleResult[]): Promise<void> {
  const { agent, subject, request, journal } = run;
  const isWhole = request.modules === undefined && request.modulesets === undefined &&
    !request.stop.asked.aborted;
  const names = new Set(work.modules.map(({ name }) => name));
  const warn = (text: string) => journal.warning(text);
  try {
    const keeps = (module: string) => !isWhole || names.has(module);
    await writeResults(agent.system.files, stateFolderOf(agent, subject), results, keeps, warn);
  } catch (error) {
    journal.warning(`the results are not kept: ${messageOf(error)}`);
  }
  await pushResults(agent, subject, {
    results,
    md5: work.md5,
    journal,
    isScheduled: request.isScheduled,
  });
}
