import { join } from "@std/path";
import type { Host, Processes } from "../../ports.ts";
import { readRunStatus } from "../../state/run_folder.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView } from "../driver.ts";
import { plainly } from "../driver.ts";
import { runCheck } from "./check.ts";
import { runAction, tellUnstoppable } from "./forking.ts";
import { APP_INFO, labelOf } from "./label.ts";
import type { AppSettings } from "./settings.ts";
import { readApp } from "./settings.ts";
import { settle } from "./settle.ts";

/** How soon an application that ends is told as one that did not start, in milliseconds. */
const EARLY_MS = 300;

/**
 * `app.simple`: a command that is the application. A supervisor keeps it when the agent has gone, and writes down how it
 * ends; it is up while the process on record lives, or as its check says.
 */
export const APP_SIMPLE: Driver = {
  id: "app.simple",
  infoOptions: APP_INFO,
  isSlow: true,
  label: labelOf,
  fingerprint: ({ files }, resource) => files.read(join(folderOf(resource), "status")) ?? "",
  async status(ports, resource) {
    const settings = readApp(resource.configuration, resource.rid);
    const { check } = settings.commands;
    return check === undefined ? processStatus(ports, resource) : await runCheck(ports, settings, check);
  },
  async start(ports, resource) {
    const settings = readApp(resource.configuration, resource.rid);
    const { start } = settings.commands;
    if (start === undefined) return ports.journal.info("no start command is set");
    if (await isRunning(ports, resource, settings)) {
      return ports.journal.info(`${resource.rid} is already up`);
    }
    // What an application that has ended left behind must not meet the new one.
    await endAll(ports, resource, settings);
    const beganAt = ports.clock.monotonic();
    ports.journal.info(`start: ${start.text}`);
    await ports.keep(start.text, { ...settings.options, folder: folderOf(resource) });
    try {
      await comeUp(ports, resource, { settings, beganAt });
    } catch (error) {
      await endAll(ports, resource, settings);
      throw error;
    }
  },
  async stop(ports, resource) {
    const settings = readApp(resource.configuration, resource.rid);
    const folder = folderOf(resource);
    if (readRunStatus(ports.files, folder) === undefined) {
      return await stopStranger(ports, resource, settings);
    }
    if (isAlive(ports, folder)) await endPolitely(ports, settings, folder);
    const grace = settings.commands.stop ? 0 : graceOf(resource, settings);
    ports.journal.info(endingText(ports, folder, grace));
    await endAll(ports, resource, settings, grace);
    const { end } = readRunStatus(ports.files, folder) ?? {};
    ports.journal.info(`stopped${end ? `: it ended with ${describeEnd(end)}` : ""}`);
    ports.files.remove(folder);
  },
};

/**
 * Whether a start has nothing to do. A process that lives while its check says down is of no use to anybody: it is ended,
 * and started anew.
 */
async function isRunning(
  ports: DriverPorts,
  resource: ResourceView,
  settings: AppSettings,
): Promise<boolean> {
  const { check } = settings.commands;
  const isThere = isAlive(ports, folderOf(resource));
  if (check === undefined) return isThere;
  const { status } = await runCheck(ports, settings, check);
  if (status === "up" || !isThere) return status === "up";
  if (status !== "down") return true;
  ports.journal.warning("its process lives, and check says down: it is ended and started again");
  return false;
}

/** Throws when the application ends at once, or its check says no for too long. */
async function comeUp(
  ports: DriverPorts,
  resource: ResourceView,
  { settings, beganAt }: { readonly settings: AppSettings; readonly beganAt: number },
): Promise<void> {
  const folder = folderOf(resource);
  const endNow = () => readRunStatus(ports.files, folder)?.end;
  await ports.clock.sleep(EARLY_MS, ports.stopping);
  if (!endNow()) await settle(ports, settings, { action: "start", beganAt, isHopeful: () => !endNow() });
  const end = endNow();
  if (!end) return;
  const hint = end.code === 0 && end.signal === null
    ? ", expected a process that stays in the foreground (type = forking for one that does not)"
    : "";
  throw new Error(
    `Cannot keep it up: it ended at once with ${describeEnd(end)}${hint}${
      lastWords(ports, folder, settings)
    }`,
  );
}

/** Ends everything of the last start; throws when something of it goes on. */
async function endAll(
  ports: DriverPorts,
  resource: ResourceView,
  settings: AppSettings,
  graceSeconds = graceOf(resource, settings),
): Promise<void> {
  const survivors = await ports.endKept(folderOf(resource), graceSeconds);
  if (survivors.length > 0) throw new Error(`Cannot end process ${survivors.join(", ")}: it goes on`);
}

/** What the agent did not start, or knows nothing of any more, may be up all the same, as its check tells. */
async function stopStranger(
  ports: DriverPorts,
  resource: ResourceView,
  settings: AppSettings,
): Promise<void> {
  const { check, stop } = settings.commands;
  if (check === undefined || (await runCheck(ports, settings, check)).status !== "up") {
    return ports.journal.info(`${resource.rid} is already down`);
  }
  if (stop === undefined) return tellUnstoppable(ports);
  const beganAt = ports.clock.monotonic();
  await runAction(ports, settings, "stop");
  await settle(ports, settings, { action: "stop", beganAt });
}

/** Forgotten at a reboot, as its processes are. */
function folderOf({ runtimeFolder, rid }: Pick<ResourceView, "runtimeFolder" | "rid">): string {
  return join(runtimeFolder, `${rid}.app`);
}

type Looks =
  & { readonly processes: Processes; readonly host: Pick<Host, "bootId"> }
  & Pick<DriverPorts, "files">;

function processStatus(ports: Looks, resource: ResourceView): DriverStatus {
  const folder = folderOf(resource);
  if (isAlive(ports, folder)) return plainly("up");
  const { end } = readRunStatus(ports.files, folder) ?? {};
  if (!end) return plainly("down");
  return { status: "down", messages: [{ level: "info", text: `it ended with ${describeEnd(end)}` }] };
}

function isAlive({ files, processes, host }: Looks, folder: string): boolean {
  const { supervisor, command, end } = readRunStatus(files, folder) ?? {};
  if (!command || end || supervisor?.bootId !== host.bootId) return false;
  return processes.isAlive(command);
}

function describeEnd({ code, signal }: { readonly code: number; readonly signal: string | null }): string {
  return signal ?? `code ${code}`;
}

/** What an application writes for itself may hold its secrets: then only the place is told. */
function lastWords(
  { files }: Pick<DriverPorts, "files">,
  folder: string,
  { options: { secretsEnvironment = [] } }: AppSettings,
): string {
  const text = files.read(join(folder, "err")) || files.read(join(folder, "out")) || "";
  const line = text.trim().split("\n").at(-1) ?? "";
  if (line === "") return "";
  return secretsEnvironment.length > 0 ? `; what it said is in ${folder}` : `: ${line.slice(0, 200)}`;
}

/** Who is ended, and how; the application itself may be gone already, and its children not. */
function endingText(ports: Looks, folder: string, grace: number): string {
  if (!isAlive(ports, folder)) return "stop: ends what is left of its processes";
  const { command } = readRunStatus(ports.files, folder) ?? {};
  const kill = grace === 0 ? "KILL at once" : `KILL after ${grace} s`;
  return `stop: ends process ${command?.pid} and those that it started: TERM, ${kill}`;
}

/** The stop command, and time for the processes to obey it; what then is left is ended by signals. */
async function endPolitely(ports: DriverPorts, settings: AppSettings, folder: string): Promise<void> {
  const { stop } = settings.commands;
  if (stop === undefined) return;
  await runAction(ports, settings, "stop");
  const deadline = ports.clock.monotonic() + (stop.timeout ?? settings.killGrace) * 1000;
  while (isAlive(ports, folder) && ports.clock.monotonic() < deadline && !ports.stopping.aborted) {
    await ports.clock.sleep(50, ports.stopping);
  }
}

/** Between TERM and KILL: `stop_timeout`, else `kill_grace`. */
function graceOf({ configuration, rid }: ResourceView, { killGrace }: AppSettings): number {
  return configuration.duration(rid, "stop_timeout") || configuration.duration(rid, "timeout") || killGrace;
}
