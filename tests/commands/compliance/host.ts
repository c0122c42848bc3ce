/**
 * A host with compliance modules, in memory.
 *
 * @module
 */
import type { FakeOptions, FakeSystem } from "../../fakes/system.ts";
import { fakeSystem } from "../../fakes/system.ts";
import type { Program } from "../../fakes/processes.ts";
import { commandsOf } from "../../fakes/run_service.ts";

export const MODULES = "/var/lib/agent/compliance";
export const STATE = "/var/lib/agent/svc/shop";

/** What a module does at each of its calls, by action. */
export type ModuleScript = Readonly<Record<string, Program>>;

export interface HostOptions extends Omit<FakeOptions, "config"> {
  /** The service. */
  readonly shop?: string;
  /** A file of definitions. */
  readonly definitions?: string;
  /** By entry, such as `10-sshd`. */
  readonly modules?: Readonly<Record<string, ModuleScript>>;
  readonly config?: Readonly<Record<string, string>>;
}

/** A service shop on n1, with these modules. */
export function complianceHost(options: HostOptions = {}): FakeSystem {
  const { shop = "", definitions, modules = {}, config = {}, files = {}, programs = {}, ...others } = options;
  const scripts = Object.entries(modules).flatMap(([entry, script]) =>
    ["check", "fixable", "fix"].map((action) =>
      [`${MODULES}/${entry} ${action}`, script[action] ?? {}] as const
    )
  );
  const system = fakeSystem({
    environment: { AGENT_NODENAME: "n1" },
    ...others,
    config: { shop: `[DEFAULT]\nnodes = n1\n${shop}`, ...config },
    files: {
      ...(definitions === undefined ? {} : { "/etc/agent/compliance/base.conf": definitions }),
      ...Object.fromEntries(Object.keys(modules).map((entry) => [`${MODULES}/${entry}`, "#!/bin/sh\n"])),
      ...files,
    },
    programs: { ...Object.fromEntries(scripts), ...programs },
  });
  for (const entry of Object.keys(modules)) system.files.setMode(`${MODULES}/${entry}`, 0o755);
  return system;
}

/** Which modules were called, as `sshd check`. */
export function callsOf(system: FakeSystem): string[] {
  return commandsOf(system).filter((line) => line.startsWith(`${MODULES}/`)).map((line) =>
    line.slice(MODULES.length + 1).replace(/^S*\d+-*/, "")
  );
}
