import { RefusedError } from "../../core/errors.ts";
import { md5 } from "../../core/text/md5.ts";
import { readConfigSent, writeConfigSent } from "../../state/collector/config_sent.ts";
import type { Agent } from "../agent.ts";
import type { Instance } from "../load.ts";

type Named = Pick<Instance, "path" | "name">;

/** The file as it is now; throws `RefusedError` when it is gone or cannot be used. */
export function readConfigText(agent: Agent, { path, name }: Named): string {
  const content = agent.configs.read(path);
  if (content.kind === "text") return content.text;
  throw new RefusedError(`${name}: ${content.kind === "missing" ? "its file is gone" : content.reason}`);
}

/** Whether the collector was told another configuration than this one, or none. */
export function isConfigNews(agent: Agent, { path }: Named, text: string): boolean {
  return readConfigSent(agent.system.files, agent.folders, path)?.csum !== md5(text);
}

/** Notes which configuration the collector was told. */
export async function noteConfig(agent: Agent, { path }: Named, text: string): Promise<void> {
  const sent_at = new Date(agent.system.clock.now()).toISOString();
  await writeConfigSent(agent.system.files, agent.folders, path, { sent_at, csum: md5(text) });
}
