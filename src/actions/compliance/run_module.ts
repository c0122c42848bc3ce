import type { ModuleResult, StepResult } from "../../core/compliance/result.ts";
import type { Done } from "../../core/compliance/sequence.ts";
import { decisiveOf, nextStep, statusOf, statusText, wantedOf } from "../../core/compliance/sequence.ts";
import type { ModuleWork } from "../../core/compliance/work.ts";
import type { Journal } from "../journal.ts";
import type { FoundModule } from "./find_module.ts";
import type { ComplianceRequest } from "./request.ts";
import type { StepContext } from "./run_step.ts";
import { runStep } from "./run_step.ts";

/** One module of a run, on its way. */
export interface ModuleRun {
  readonly module: ModuleWork;
  readonly found: FoundModule;
  readonly request: ComplianceRequest;
  /** Whose run it is. */
  readonly path: string;
  readonly sessionId: string;
  readonly journal: Journal;
}

/** Calls a module as often as its sequence wants it. */
export async function runModule(context: StepContext, run: ModuleRun): Promise<ModuleResult> {
  const { module, found, request: { action, isForced = false, onlooker }, journal } = run;
  const { clock } = context.agent.system;
  const wanted = wantedOf(action, module.isAutofix);
  const at = new Date(clock.now()).toISOString();
  onlooker?.module(module.name);
  const steps: StepResult[] = [];
  const done: (Done & { readonly reason: string | null })[] = [];
  if (found.kind === "module") {
    for (let next = nextStep(wanted, isForced, done); next; next = nextStep(wanted, isForced, done)) {
      onlooker?.step(next);
      const { step, isEnded, reason } = await runStep(
        context,
        { name: module.name, program: found.program },
        next,
      );
      steps.push(step);
      done.push({ action: next, code: step.code, isEnded, reason });
      if (reason !== null) onlooker?.problem(reason);
      onlooker?.stepEnd(step.code);
      journal.lines("INFO", [`${module.name} ${next}: ${statusText(step.code)}`], undefined, "kept");
    }
  } else {
    onlooker?.problem(found.reason);
    journal.lines("ERROR", [`${module.name}: ${found.reason}`], undefined, onlooker ? "kept" : "all");
  }
  const decisive = decisiveOf(done);
  return {
    path: run.path,
    module: module.name,
    moduleset: module.moduleset ?? null,
    autofix: module.isAutofix,
    order: found.order,
    action: wanted,
    status: decisive ? statusOf(decisive.code) : "nok",
    code: decisive?.code ?? null,
    reason: found.kind === "unusable" ? found.reason : decisive?.reason ?? null,
    at,
    ended_at: new Date(clock.now()).toISOString(),
    steps,
    session_id: run.sessionId,
  };
}
