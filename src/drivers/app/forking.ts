import type { Driver, DriverPorts, DriverStatus } from "../driver.ts";
import { plainly } from "../driver.ts";
import { runCheck } from "./check.ts";
import { APP_INFO, labelOf } from "./label.ts";
import type { AppAction, AppSettings } from "./settings.ts";
import { readApp } from "./settings.ts";
import { settle } from "./settle.ts";

/** `app.forking`: a command that starts an application and returns; another one checks, and another one stops it. */
export const APP_FORKING: Driver = {
  id: "app.forking",
  infoOptions: APP_INFO,
  isSlow: true,
  label: labelOf,
  status: (ports, { configuration, rid }) => checkForking(ports, readApp(configuration, rid)),
  async start(ports, { configuration, rid }) {
    const settings = readApp(configuration, rid);
    if ((await checkForking(ports, settings)).status === "up") {
      return ports.journal.info(`${rid} is already up`);
    }
    try {
      await settled(ports, settings, "start");
    } catch (error) {
      await undo(ports, settings);
      throw error;
    }
  },
  async stop(ports, { configuration, rid }) {
    const settings = readApp(configuration, rid);
    if ((await checkForking(ports, settings)).status === "down") {
      return ports.journal.info(`${rid} is already down`);
    }
    if (settings.commands.stop === undefined) return tellUnstoppable(ports);
    await settled(ports, settings, "stop");
  },
};

/** Whatever a failed start has left half up is in the way of the same service on another node. */
async function undo(ports: DriverPorts, settings: AppSettings): Promise<void> {
  if (settings.commands.stop === undefined || ports.stopping.aborted) return;
  try {
    await runAction(ports, settings, "stop");
  } catch (error) {
    ports.journal.warning(error instanceof Error ? error.message : String(error));
  }
}

async function settled(ports: DriverPorts, settings: AppSettings, action: "start" | "stop"): Promise<void> {
  const beganAt = ports.clock.monotonic();
  await runAction(ports, settings, action);
  await settle(ports, settings, { action, beganAt });
}

/** Nobody else ends it: a service that is taken down must not look as if it were. */
export function tellUnstoppable({ journal }: Pick<DriverPorts, "journal">): void {
  journal.warning("no stop command is set: nothing is stopped");
}

async function checkForking(ports: DriverPorts, settings: AppSettings): Promise<DriverStatus> {
  const { check } = settings.commands;
  return check === undefined ? plainly("n/a") : await runCheck(ports, settings, check);
}

/** Runs the command of an action, as far as there is one; throws when it fails. */
export async function runAction(
  { run, journal }: DriverPorts,
  { commands, options }: AppSettings,
  action: AppAction,
): Promise<void> {
  const command = commands[action];
  if (command === undefined) return journal.info(`no ${action} command is set`);
  journal.info(`${action}: ${command.text}`);
  const { code, reason } = await run(command.text, { ...options, timeout: command.timeout });
  if (reason !== null) throw new Error(`${action} return code [${code}]: ${reason}`);
}
