/**
 * How full file systems are, as `df -P` tells it.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import { error, ok, warn } from "./finding.ts";

/** A line of `df -P`; sizes in the unit that was asked for. */
export interface Room {
  readonly size: number;
  readonly free: number;
  /** Where the file system is mounted. */
  readonly mount: string;
}

const LINE_REGEXP = /^.*\s(\d+)\s+\d+\s+(\d+)\s+(?:\d+%|-)\s+(\/.*)$/;

/** Reads the output of `df -P`, with sizes or with inodes; lines that are none, or without numbers, are left out. */
export function parseDf(text: string): Room[] {
  return text.split("\n").flatMap((line) => {
    const match = LINE_REGEXP.exec(line);
    if (!match) return [];
    return [{ size: Number(match[1]), free: Number(match[2]), mount: match[3]! }];
  });
}

const KIB = 1;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/**
 * Judges free KiB: a hundredth of a large file system is still a lot, so the shares count below some GiB only. Undefined
 * for a file system that does not tell its size.
 */
export function judgeRoom({ size, free, mount }: Room, use: string): Finding | undefined {
  if (size === 0) return undefined;
  const share = free / size;
  const found = `${sizeText(free)} of ${sizeText(size)} free, for ${use}`;
  const check = `room ${mount}`;
  const advice = "make room: last runs, logs and attempts are written there before anything runs";
  if (free < 10 * MIB || (share < 0.01 && free < GIB)) return error(check, found, advice);
  if (free < 100 * MIB || (share < 0.05 && free < 5 * GIB)) return warn(check, found, advice);
  return ok(check, found);
}

/** Judges free inodes; undefined for a file system that does not count them. */
export function judgeInodes({ size, free, mount }: Room, use: string): Finding | undefined {
  if (size === 0) return undefined;
  const share = free / size;
  const found = `${free} of ${size} inodes free, for ${use}`;
  const check = `inodes ${mount}`;
  const advice = "remove files: every run makes and replaces small ones there";
  if (share < 0.01) return error(check, found, advice);
  return share < 0.05 ? warn(check, found, advice) : ok(check, found);
}

function sizeText(kib: number): string {
  if (kib >= GIB) return `${(kib / GIB).toFixed(1)} GiB`;
  return `${Math.floor(kib / MIB)} MiB`;
}
