import { messageOf } from "../../core/error_text.ts";
import type { FolderEntry, System } from "../../ports.ts";
import type { Section } from "../../core/asset/body.ts";

/** The largest file that is read, in bytes: what the kernel tells is short, and some of it cannot be read in large pieces. */
const SMALL = 64 * 1024;
/** The largest list of a whole host, in bytes: installed packages, accounts, names of devices, a thousand processors. */
export const LARGE = 32 * 1024 * 1024;

/** Thrown when a section cannot be told whole: something of it is there and cannot be read, or is not known. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
}

/** Looks at files of the host that may not be there, or not be for us. */
export class Probe {
  readonly #files: System["files"];

  constructor({ files }: Pick<System, "files">) {
    this.#files = files;
  }

  /** The text of a file without blanks around; undefined when it is not there. Throws `ProbeError`. */
  text(path: string, maxBytes = SMALL): string | undefined {
    const bytes = this.bytes(path, maxBytes);
    return bytes && new TextDecoder().decode(bytes).trim();
  }

  /** As `text`, of a file that has to be there. */
  need(path: string, maxBytes = SMALL): string {
    const text = this.text(path, maxBytes);
    if (text === undefined) throw new ProbeError(`Cannot look at ${path}: it is not there`);
    return text;
  }

  /** As `text`, or undefined when it cannot be read. */
  tryText(path: string, maxBytes = SMALL): string | undefined {
    return this.#try(() => this.text(path, maxBytes));
  }

  bytes(path: string, maxBytes = SMALL): Uint8Array | undefined {
    return this.#look(path, () => this.#files.readBytes(path, maxBytes));
  }

  tryBytes(path: string, maxBytes = SMALL): Uint8Array | undefined {
    return this.#try(() => this.bytes(path, maxBytes));
  }

  /** The first bytes of a file; undefined when they cannot be read. */
  head(path: string, size: number): Uint8Array | undefined {
    return this.#try(() => this.#look(path, () => this.#files.readPart(path, 0, size)));
  }

  /** The names in a folder that begin so, in order; none when it is not there. */
  names(folder: string, start = ""): string[] {
    const entries: readonly FolderEntry[] = this.#look(folder, () => this.#files.list(folder));
    return entries.map(({ name }) => name).filter((name) => name.startsWith(start)).sort();
  }

  /** Where a path leads to in the end; undefined when it is not there. */
  place(path: string): string | undefined {
    return this.#look(path, () => this.#files.realPath(path));
  }

  /** When a file was changed, in seconds since the epoch; undefined when it is not there. */
  changedAt(path: string): number | undefined {
    const facts = this.#look(path, () => this.#files.facts(path));
    return facts && facts.modifiedAt / 1000;
  }

  #look<Value>(path: string, look: () => Value): Value {
    try {
      return look();
    } catch (cause) {
      throw new ProbeError(`Cannot look at ${path}: ${messageOf(cause)}`, { cause });
    }
  }

  #try<Value>(look: () => Value): Value | undefined {
    try {
      return look();
    } catch (error) {
      if (error instanceof ProbeError) return undefined;
      throw error;
    }
  }
}

/** The section that some work gives, left out when something of it cannot be told. */
export function sectionOf<Value>(work: () => Value): Section<Value> {
  try {
    return { kind: "told", value: work() };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return { kind: "left out", reason: error.message };
  }
}
