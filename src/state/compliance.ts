/**
 * What compliance keeps on disk, of a service or of the node: what is attached, what came out last, and what the
 * collector said last.
 *
 * @module
 */
import { join } from "@std/path";
import type { ModuleResult } from "../core/compliance/result.ts";
import type { Attached } from "../core/compliance/work.ts";
import type { Files } from "../ports.ts";
import type { Warn } from "./state_file.ts";
import { parseObject, readStateOr, replaceState } from "./state_file.ts";

/** The largest file of results, in bytes: longer logs of modules lose their beginning. */
const MAX_RESULTS_BYTES = 2 * 1024 * 1024;

type Reading = Pick<Files, "readUnlinked">;
type Writing = Pick<Files, "readUnlinked" | "replace" | "rename" | "remove">;

const NOTHING: Attached = { modulesets: [], rulesets: [] };

function fileOf(stateFolder: string, name: "attached" | "results" | "collector"): string {
  return join(stateFolder, "compliance", `${name}.json`);
}

/** The file of what is attached by command. */
export function attachedFile(stateFolder: string): string {
  return fileOf(stateFolder, "attached");
}

/** The lock that a run holds. */
export function complianceLockFile(stateFolder: string): string {
  return join(stateFolder, "compliance.lock");
}

/** What is attached by command; of a file that cannot be used, nothing, after a warning. */
export function readAttached(files: Reading, stateFolder: string, warn?: Warn): Attached {
  return readStateOr(files, fileOf(stateFolder, "attached"), parseAttached, warn) ?? NOTHING;
}

/** Writes what is attached, durably. */
export async function writeAttached(files: Writing, stateFolder: string, attached: Attached): Promise<void> {
  const { modulesets, rulesets } = attached;
  const text = `${JSON.stringify({ modulesets, rulesets })}\n`;
  await replaceState(files, fileOf(stateFolder, "attached"), text, { parse: parseAttached, isDurable: true });
}

function parseAttached(text: string): Attached | undefined {
  const { modulesets, rulesets } = parseObject(text) ?? {};
  return areTexts(modulesets) && areTexts(rulesets) ? { modulesets, rulesets } : undefined;
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** The last result of each module, by name. */
export type KeptResults = Readonly<Record<string, ModuleResult>>;

/** Reads the last results. */
export function readResults(files: Reading, stateFolder: string, warn?: Warn): KeptResults {
  return readStateOr(files, fileOf(stateFolder, "results"), parseResults, warn) ?? {};
}

/** Keeps results, in the place of earlier ones of the same modules; those of modules that `keeps` forgets go. */
export async function writeResults(
  files: Writing,
  stateFolder: string,
  results: readonly ModuleResult[],
  keeps: (module: string) => boolean,
  warn?: Warn,
): Promise<void> {
  const known = Object.entries(readResults(files, stateFolder)).filter(([module]) => keeps(module));
  const all = {
    ...Object.fromEntries(known),
    ...Object.fromEntries(results.map((each) => [each.module, each])),
  };
  const file = fileOf(stateFolder, "results");
  await replaceState(files, file, boundedText(all), { parse: parseResults, warn });
}

/** Shortens all logs alike until the file is small enough. */
function boundedText(results: KeptResults): string {
  for (let most = 16_384;; most = Math.floor(most / 4)) {
    const text = `${
      JSON.stringify({ modules: results }, (key, value) => key === "log" ? endOf(value, most) : value)
    }\n`;
    if (new TextEncoder().encode(text).length <= MAX_RESULTS_BYTES || most === 0) return text;
  }
}

function endOf(log: string, most: number): string {
  return log.length <= most ? log : most === 0 ? "" : log.slice(-most);
}

function parseResults(text: string): KeptResults | undefined {
  const { modules } = parseObject(text) ?? {};
  if (typeof modules !== "object" || modules === null || Array.isArray(modules)) return undefined;
  const isResult = (each: unknown) =>
    typeof each === "object" && each !== null && "status" in each && "at" in each;
  return Object.values(modules).every(isResult) ? modules as KeptResults : undefined;
}

/** What the collector said last. */
export interface KeptAnswer {
  /** RFC 3339. */
  readonly at: string;
  readonly answer: unknown;
}

/** Reads what the collector said last of a choice of modulesets. */
export function readKeptAnswer(files: Reading, stateFolder: string, warn?: Warn): KeptAnswer | undefined {
  return readStateOr(files, fileOf(stateFolder, "collector"), parseAnswer, warn);
}

/** Keeps what the collector said, readable by the agent's user alone. */
export async function keepAnswer(files: Writing, stateFolder: string, kept: KeptAnswer): Promise<void> {
  const text = `${JSON.stringify(kept)}\n`;
  await replaceState(files, fileOf(stateFolder, "collector"), text, { parse: parseAnswer, mode: 0o600 });
}

function parseAnswer(text: string): KeptAnswer | undefined {
  const { at, answer } = parseObject(text) ?? {};
  return typeof at === "string" && answer !== undefined ? { at, answer } : undefined;
}
