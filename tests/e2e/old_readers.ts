/**
 * How the 2.1 and the 3 agent read a state folder: their rules, in our words.
 *
 * @module
 */
import { join } from "@std/path";
import { exists } from "./box.ts";

/** A number as Python's `float` reads it from a stamp, white space around it included; NaN for anything else. */
function pythonFloat(text: string): number {
  return /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : NaN;
}

/** 2.1: seconds since the epoch; nothing without a file, 0 for what is neither a number nor a date. */
export function stampOf21(file: string): number | undefined {
  if (!exists(file)) return undefined;
  const seconds = pythonFloat(Deno.readTextFileSync(file));
  return Number.isNaN(seconds) ? 0 : seconds;
}

/** 3: the file is empty to it; its time is the instant, in whole seconds here. */
export function stampOf3(file: string): number | undefined {
  return exists(file) ? Math.floor((Deno.statSync(file).mtime?.getTime() ?? 0) / 1000) : undefined;
}

/** 2.1: the status of a task with `check = last_run`. */
export function taskStatusOf21(ridFolder: string): "n/a" | "up" | "down" {
  const file = join(ridFolder, "last_run_retcode");
  if (!exists(file)) return "n/a";
  const text = Deno.readTextFileSync(file).trim();
  if (!/^[+-]?\d+$/.test(text)) return "n/a";
  return Number(text) === 0 ? "up" : "down";
}

/** 3: what its JSON reader takes from `last_run`; throws when a field has another type. */
export function lastRunOf3(ridFolder: string): { at: Date; exitcode: number; sessionId: string } {
  const value = JSON.parse(Deno.readTextFileSync(join(ridFolder, "last_run")));
  const { at, exitcode, session_id } = value;
  const isTime = typeof at === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(at);
  if (!isTime || !Number.isInteger(exitcode) || !isUuid(session_id)) {
    throw new TypeError(JSON.stringify(value));
  }
  return { at: new Date(at), exitcode, sessionId: session_id };
}

/** Both: how many runs are under way, by the records of which the process is there and is not younger. */
export function runsOf21(ridFolder: string): number {
  const folder = join(ridFolder, "run");
  if (!exists(folder)) return 0;
  return [...Deno.readDirSync(folder)].filter(({ name }) => {
    if (!exists(join("/proc", name))) return false;
    const started = Deno.statSync(join("/proc", name)).mtime!.getTime();
    return started <= Deno.statSync(join(folder, name)).mtime!.getTime();
  }).length;
}

/** Both: the session of a run is the first line of its record. */
export function sessionOf(record: string): string {
  return Deno.readTextFileSync(record).split("\n")[0] ?? "";
}

export function isUuid(text: unknown): boolean {
  return typeof text === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** 2.1: the last known status, unless the configuration is newer. */
export function statusOf21(stateFolder: string, config: string): Record<string, unknown> | undefined {
  const file = join(stateFolder, "status.json");
  if (!exists(file) || Deno.statSync(file).mtime! < Deno.statSync(config).mtime!) return undefined;
  return JSON.parse(Deno.readTextFileSync(file));
}
