import { statusOfExitCode } from "../../core/retcodes.ts";
import type { DriverPorts, DriverStatus, StatusMessage } from "../driver.ts";
import type { AppCommand, AppSettings } from "./settings.ts";

const MAX_LINES = 10;
/** How long a check may take that says nothing, in seconds: a status must come to an end. */
const CHECK_TIMEOUT = 60;

/** Runs the check of an application, quietly; its exit code is the status. */
export async function runCheck(
  { run }: Pick<DriverPorts, "run">,
  { options, retcodes, isCheckTold }: AppSettings,
  { text, timeout = CHECK_TIMEOUT }: AppCommand,
): Promise<DriverStatus> {
  const outcome = await run(text, { ...options, timeout, isQuiet: true });
  if (outcome.isTimedOut) return { status: "warn", messages: [warn(`check: no answer within ${timeout} s`)] };
  if (outcome.signal !== null || outcome.code === 126 || outcome.code === 127) {
    return { status: "undef", messages: [warn(`check: ${outcome.lines.at(-1) ?? outcome.reason}`)] };
  }
  const status = statusOfExitCode(retcodes, outcome.code);
  if (!isCheckTold) return { status, messages: [] };
  const messages = outcome.lines.slice(-MAX_LINES).map((line): StatusMessage => ({
    level: "info",
    text: line,
  }));
  return { status, messages };
}

function warn(text: string): StatusMessage {
  return { level: "warn", text };
}
