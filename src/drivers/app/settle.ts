import type { Status } from "../../core/status.ts";
import type { DriverPorts } from "../driver.ts";
import { runCheck } from "./check.ts";
import type { AppAction, AppSettings } from "./settings.ts";

/** How long a check is waited for when no limit is set, in seconds: what takes longer is then no failure. */
const PATIENCE = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** While a check says so, the application is not yet where the action takes it. */
const UNDER_WAY: Readonly<Record<Exclude<AppAction, "check">, ReadonlySet<Status>>> = {
  start: new Set(["down"]),
  stop: new Set(["up", "warn"]),
};

/** An action of an application whose command has done its part. */
export interface Settling {
  readonly action: Exclude<AppAction, "check">;
  /** When the action began, in monotonic milliseconds: its time limit counts from then. */
  readonly beganAt: number;
  /** Whether there is anything to wait for; an application that has died does not come up. */
  isHopeful?(): boolean;
}

/**
 * Waits until the check of an application agrees with an action: a command may come back before what it does is done.
 *
 * Throws when that takes longer than the limit of the action, or is interrupted; without a limit it is a warning after
 * ten seconds.
 */
export async function settle(
  ports: DriverPorts,
  settings: AppSettings,
  { action, beganAt, isHopeful = () => true }: Settling,
): Promise<void> {
  const { check, [action]: command } = settings.commands;
  if (check === undefined || command === undefined) return;
  const limit = command.timeout ?? PATIENCE;
  const deadline = beganAt + limit * 1000;
  for (let pause = FIRST_PAUSE_MS;; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const { status } = await runCheck(ports, settings, check);
    // A check that is interrupted as well says nothing.
    if (ports.stopping.aborted) {
      throw new Error(`Cannot wait for check to agree: the ${action} is interrupted`);
    }
    if (!UNDER_WAY[action].has(status) || !isHopeful()) return;
    const left = deadline - ports.clock.monotonic();
    if (left <= 0) return tellLate(ports, `${limit} s after the ${action} check says ${status}`, command);
    await ports.clock.sleep(Math.min(pause, left), ports.stopping);
  }
}

function tellLate(
  { journal }: Pick<DriverPorts, "journal">,
  text: string,
  { timeout }: { readonly timeout: number | undefined },
): void {
  if (timeout !== undefined) throw new Error(text);
  journal.warning(text);
}
