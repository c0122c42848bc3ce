import { join } from "@std/path";
import type { Host, Processes } from "../../ports.ts";
import { readRunStatus } from "../../state/run_folder.ts";
import type { Driver, DriverPorts, DriverStatus, ResourceView } from "../driver.ts";
import { plainly } from "../driver.ts";
import { runCheck } from "./check.ts";
import { runAction } from "./forking.ts";
import { APP_INFO, labelOf } from "./label.ts";
import type { AppSettings } from "./settings.ts";
import { readApp } from "./settings.ts";

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
    const { configuration, rid } = resource;
    const settings = readApp(configuration, rid);
    const { start } = settings.commands;
    if (start === undefined) return ports.journal.info("no start command is set");
    const folder = folderOf(resource);
    if (isAlive(ports, folder)) return ports.journal.info(`${rid} is already up`);
    // What an application that has ended left behind must not meet the new one.
    await ports.endKept(folder, settings.killGrace);
    ports.journal.info(`start: ${start.text}`);
    await ports.keep(start.text, { ...settings.options, folder });
    await ports.clock.sleep(EARLY_MS, ports.stopping);
    const { end } = readRunStatus(ports.files, folder) ?? {};
    if (end) {
      throw new Error(
        `Cannot keep it up: it ended at once with ${describeEnd(end)}${lastWords(ports, folder)}`,
      );
    }
  },
  async stop(ports, resource) {
    const { configuration, rid } = resource;
    const settings = readApp(configuration, rid);
    const folder = folderOf(resource);
    if (readRunStatus(ports.files, folder) === undefined) return ports.journal.info(`${rid} is already down`);
    if (isAlive(ports, folder)) await endPolitely(ports, settings, folder);
    const grace = settings.commands.stop ? 0 : graceOf(resource, settings);
    ports.journal.info(endingText(ports, folder, grace));
    const survivors = await ports.endKept(folder, grace);
    if (survivors.length > 0) {
      throw new Error(`Cannot end process ${survivors.join(", ")}: it goes on`);
    }
    const { end } = readRunStatus(ports.files, folder) ?? {};
    ports.journal.info(`stopped${end ? `: it ended with ${describeEnd(end)}` : ""}`);
    ports.files.remove(folder);
  },
};

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

function lastWords({ files }: Pick<DriverPorts, "files">, folder: string): string {
  const text = files.read(join(folder, "err")) || files.read(join(folder, "out")) || "";
  const line = text.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line.slice(0, 200)}`;
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
