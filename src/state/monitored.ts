import { join } from "@std/path";
import type { Files } from "../ports.ts";

/** A monitored resource that was up since the host booted, and was not stopped by an operator. */
export interface Monitored {
  /** How often it was started again since it was up last. */
  readonly restarts: number;
  /** Whether it was told that nothing more is done. */
  readonly is_given_up: boolean;
}

/** Those of a service, by rid. */
export type MonitoredResources = Readonly<Record<string, Monitored>>;

interface Ports {
  readonly files: Pick<Files, "read" | "replace">;
  readonly host: { readonly bootId: string };
}

function fileOf(runtimeFolder: string): string {
  return join(runtimeFolder, "monitor.json");
}

/** Reads what is known; a file of another boot, or one that cannot be read, is nothing. */
export function readMonitored({ files, host }: Ports, runtimeFolder: string): MonitoredResources {
  try {
    const { boot_id, resources } = JSON.parse(files.read(fileOf(runtimeFolder)) ?? "{}");
    return boot_id === host.bootId && typeof resources === "object" && resources !== null ? resources : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Writes what is known, unless it is known already. */
export async function writeMonitored(
  ports: Ports,
  runtimeFolder: string,
  resources: MonitoredResources,
): Promise<void> {
  const known = readMonitored(ports, runtimeFolder);
  if (JSON.stringify(known) === JSON.stringify(resources)) return;
  const text = JSON.stringify({ boot_id: ports.host.bootId, resources });
  await ports.files.replace(fileOf(runtimeFolder), `${text}\n`);
}

/** An operator has started these resources: they are known to be up. */
export async function rememberUp(
  ports: Ports,
  runtimeFolder: string,
  rids: readonly string[],
): Promise<void> {
  const up = rids.map((rid) => [rid, { restarts: 0, is_given_up: false }] as const);
  await writeMonitored(ports, runtimeFolder, {
    ...readMonitored(ports, runtimeFolder),
    ...Object.fromEntries(up),
  });
}

/** An operator has started or stopped these resources: what was known of them counts no more. */
export async function forgetMonitored(
  ports: Ports,
  runtimeFolder: string,
  rids: readonly string[],
): Promise<void> {
  const known = readMonitored(ports, runtimeFolder);
  const rest = Object.fromEntries(Object.entries(known).filter(([rid]) => !rids.includes(rid)));
  await writeMonitored(ports, runtimeFolder, rest);
}
