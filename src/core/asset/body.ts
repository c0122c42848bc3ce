import type { GroupFact, UserFact } from "./accounts.ts";
import type { Lan } from "./lan.ts";
import type { PackageFact } from "./packages/package.ts";
import type { HardwareFact } from "./pci.ts";
import type { Properties } from "./properties.ts";
import type { HbaFact, TargetFact } from "./san.ts";

/** What a node tells of itself, as the collector takes it; each section is for itself. */
export interface SystemSections {
  readonly properties: Properties;
  readonly hardware: readonly HardwareFact[];
  readonly uids: readonly UserFact[];
  readonly gids: readonly GroupFact[];
  readonly lan: Lan;
  readonly hba: readonly HbaFact[];
  readonly targets: readonly TargetFact[];
  readonly package: readonly PackageFact[];
}

export type SectionName = keyof SystemSections;

/** A section, or why there is none: half of one would make the collector forget the other half. */
export type Section<Value> =
  | { readonly kind: "told"; readonly value: Value }
  | { readonly kind: "left out"; readonly reason: string };

/** The answer to every question about the node. */
export type SystemAnswers = { readonly [Name in SectionName]: Section<SystemSections[Name]> };

/** What is sent, and what is not. */
export interface SystemReport {
  readonly body: Partial<SystemSections>;
  readonly leftOut: readonly { readonly section: SectionName; readonly reason: string }[];
}

/** Sections whose size nothing else bounds, and how many lines of each are sent at most. */
const MOST: Partial<Record<SectionName, number>> = {
  uids: 20_000,
  gids: 20_000,
  package: 20_000,
  hardware: 10_000,
};

/** What is given up first when all of it is too large to send. */
const DISPENSABLE: readonly SectionName[] = ["package", "hardware", "uids", "gids"];

/**
 * Puts the sections that are complete into one body of at most `maxBytes` of JSON. What is too long is left out whole:
 * the collector takes what it is told for all there is.
 */
export function systemReport(answers: SystemAnswers, maxBytes: number): SystemReport {
  const body: Record<string, unknown> = {};
  const leftOut: { section: SectionName; reason: string }[] = [];
  for (const [section, answer] of Object.entries(answers) as [SectionName, Section<unknown>][]) {
    const reason = answer.kind === "left out" ? answer.reason : tooLong(section, answer.value);
    if (reason === undefined && answer.kind === "told") body[section] = answer.value;
    else leftOut.push({ section, reason: reason! });
  }
  for (const section of DISPENSABLE) {
    if (!(section in body) || sizeOf(body) <= maxBytes) continue;
    delete body[section];
    leftOut.push({ section, reason: `all sections are more than ${maxBytes} bytes together` });
  }
  return { body: body as Partial<SystemSections>, leftOut };
}

function tooLong(section: SectionName, value: unknown): string | undefined {
  const most = MOST[section] ?? Infinity;
  if (!Array.isArray(value) || value.length <= most) return undefined;
  return `there are ${value.length}, and at most ${most} are sent`;
}

function sizeOf(body: object): number {
  return new TextEncoder().encode(JSON.stringify(body)).length;
}
