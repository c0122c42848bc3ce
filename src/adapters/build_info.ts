/**
 * What this program is: the build replaces this file by one with the values as literals (see scripts/build).
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };

/** Version and origin of the running program. */
export interface BuildInfo {
  /** The version that deno.json declares, such as `0.1.0`. */
  readonly version: string;
  /** Abbreviated git commit, with `-dirty` after it when the checkout had changes; undefined when run from source. */
  readonly commit: string | undefined;
}

export const BUILD_INFO: BuildInfo = { version: manifest.version, commit: undefined };
