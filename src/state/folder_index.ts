import { basename, dirname } from "@std/path";
import type { Files } from "../ports.ts";

/**
 * Tells which folders exist by listing their parents, once each: of hundreds of services, most never ran, and to look
 * into a folder that is not there costs more than into one that is. For one command only, since it never looks again.
 */
export class FolderIndex {
  readonly #files: Pick<Files, "list">;
  readonly #names = new Map<string, ReadonlySet<string>>();

  constructor(files: Pick<Files, "list">) {
    this.#files = files;
  }

  has(folder: string): boolean {
    const parent = dirname(folder);
    let names = this.#names.get(parent);
    if (!names) this.#names.set(parent, names = new Set(this.#files.list(parent).map(({ name }) => name)));
    return names.has(basename(folder));
  }
}
