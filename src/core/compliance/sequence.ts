/** What is asked of a module. */
export type StepAction = "check" | "fixable" | "fix";

/** What is asked of a run. */
export type ComplianceAction = StepAction | "auto";

/** One call of a module that is over. */
export interface Done {
  readonly action: StepAction;
  readonly code: number;
  /** Whether the agent ended it: too long, or no longer wanted. */
  readonly isEnded?: boolean;
}

export type ModuleStatus = "ok" | "nok" | "n/a";

const OK = 0;
const NOK = 1;
const NOT_APPLICABLE = 2;

/** What an exit code of a module says; what the contract does not know is not ok. */
export function statusOf(code: number): ModuleStatus {
  return code === OK ? "ok" : code === NOT_APPLICABLE ? "n/a" : "nok";
}

/** The same for people: `nok(126)`. */
export function statusText(code: number): string {
  const status = statusOf(code);
  return status === "nok" && code !== NOK ? `nok(${code})` : status;
}

/** What to do with a module: `auto` mends where the moduleset says so, and looks elsewhere. */
export function wantedOf(action: ComplianceAction, isAutofix: boolean): StepAction {
  if (action !== "auto") return action;
  return isAutofix ? "fix" : "check";
}

/**
 * The next call of a module, or nothing when the sequence is over.
 *
 * A check that says no is followed by the question whether that could be mended. A fix is: check (well: over), whether
 * it can be mended (no: over), fix, check. Forced, the one call is all.
 */
export function nextStep(
  wanted: StepAction,
  isForced: boolean,
  done: readonly Done[],
): StepAction | undefined {
  const last = done.at(-1);
  if (last === undefined) return isForced || wanted !== "fix" ? wanted : "check";
  if (isForced || last.isEnded || wanted === "fixable") return undefined;
  if (wanted === "check") return last.action === "check" && last.code === NOK ? "fixable" : undefined;
  switch (last.action) {
    case "check":
      return done.length > 1 || last.code === OK ? undefined : "fixable";
    case "fixable":
      return last.code === NOK ? undefined : "fix";
    case "fix":
      return "check";
  }
}

/** The call whose code counts for the module: the last check, else the last of all. */
export function decisiveOf<Step extends Done>(done: readonly Step[]): Step | undefined {
  return done.findLast(({ isEnded }) => isEnded) ?? done.findLast(({ action }) => action === "check") ??
    done.at(-1);
}
