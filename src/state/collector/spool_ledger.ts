import { join } from "@std/path";
import type { Files } from "../../ports.ts";
import type { Folders } from "../folders.ts";
import { collectorFolder } from "./spool_files.ts";
import { parseObject, readState } from "../state_file.ts";

/** How much is in the spool, so that not every message of thousands is looked at for each one more. */
export interface Ledger {
  readonly bytes: number;
  readonly count: number;
  /** How many messages were given up because the spool was full, ever. */
  readonly dropped: number;
  /** When that happened last, RFC 3339. */
  readonly dropped_at: string | null;
}

const NUMBERS = ["bytes", "count", "dropped"] as const;

export function ledgerFile(folders: Pick<Folders, "var">): string {
  return join(collectorFolder(folders), "ledger.json");
}

/** The ledger; undefined when there is none that can be used. */
export function readLedger(
  files: Pick<Files, "readUnlinked">,
  folders: Pick<Folders, "var">,
): Ledger | undefined {
  const found = readState(files, ledgerFile(folders), (text): Ledger | undefined => {
    const value = parseObject(text);
    const isWhole = NUMBERS.every((field) =>
      Number.isSafeInteger(value?.[field]) && Number(value![field]) >= 0
    );
    return isWhole ? value as unknown as Ledger : undefined;
  });
  return found.kind === "value" ? found.value : undefined;
}

/** Not durable: what a power cut takes is counted again. */
export function writeLedger(
  files: Pick<Files, "replace">,
  folders: Pick<Folders, "var">,
  ledger: Ledger,
): Promise<void> {
  return files.replace(ledgerFile(folders), `${JSON.stringify(ledger)}\n`);
}
