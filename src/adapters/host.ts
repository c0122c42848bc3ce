/**
 * Facts of the host and of this program that stay the same while it runs.
 *
 * @module
 */
import type { Host } from "../ports.ts";
import { BUILD_INFO } from "./build_info.ts";
import { ifPresent } from "./paths.ts";
import { calledAs, selfCommand } from "./self.ts";

/** Makes the host; each fact is read when it is first asked for, and the costly ones are kept. */
export function createHost(): Host {
  const bootId = once(() => Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim());
  const environment = once(() => Deno.env.toObject());
  return {
    get hostName() {
      return Deno.hostname();
    },
    get bootId() {
      return bootId();
    },
    get environment() {
      return environment();
    },
    get self() {
      return selfCommand();
    },
    get calledAs() {
      return calledAs();
    },
    get version() {
      return {
        agent: BUILD_INFO.version,
        commit: BUILD_INFO.commit ?? "",
        runtime: `deno ${Deno.version.deno}`,
        zones: zoneData(),
      };
    },
    findProgram,
    uuid: () => crypto.randomUUID(),
    random: () => Math.random(),
  };
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => (known ??= { value: read() }).value;
}

/** The release of the zone data inside of the runtime, such as `2026b`. */
function zoneData(): string {
  const { process } = globalThis as { process?: { versions?: Record<string, string> } };
  return process?.versions?.["tz"] ?? "unknown";
}

/** A name with a slash is no search: it is taken as it is. */
function findProgram(name: string, path: string): string | undefined {
  if (name.includes("/")) return isProgram(name) ? name : undefined;
  return path.split(":").map((folder) => `${folder || "."}/${name}`).find(isProgram);
}

function isProgram(path: string): boolean {
  return ifPresent(() => {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  }) ?? false;
}
