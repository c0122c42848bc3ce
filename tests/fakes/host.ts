/**
 * Facts of a host that does not exist.
 *
 * @module
 */
import type { Host } from "../../src/ports.ts";

/** Node `n1`, with the usual wrappers in `/usr/bin`; UUIDs count up, and chance always says 0.5. */
export class FakeHost implements Host {
  readonly hostName: string = "n1";
  readonly bootId: string = "b0000000-0000-4000-8000-000000000001";
  readonly environment: Readonly<Record<string, string>>;
  readonly self: readonly [string, ...string[]] = ["/usr/bin/agent"];
  readonly calledAs: string | undefined = undefined;
  readonly version: Host["version"] = {
    agent: "0.1.0",
    commit: "abcdef0",
    runtime: "deno 2.9.6",
    zones: "2026a",
  };
  readonly #installed: readonly string[];
  #uuids = 0;

  constructor(
    facts: Partial<Pick<Host, "hostName" | "bootId" | "environment" | "calledAs" | "version" | "self">> = {},
    installed: readonly string[] = ["sh", "setsid", "setpriv", "runuser", "su", "sudo", "vi"],
  ) {
    this.environment = {};
    Object.assign(this, facts);
    this.#installed = installed;
  }

  findProgram(name: string, path: string): string | undefined {
    if (name.includes("/")) return name;
    const folders = path.split(":");
    const folder = folders.includes("/usr/bin") ? "/usr/bin" : folders[0];
    return this.#installed.includes(name) ? `${folder}/${name}` : undefined;
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#uuids).padStart(12, "0")}`;
  }

  random(): number {
    return 0.5;
  }
}
