import { join } from "@std/path";
import { ConfigSyntaxError } from "../../core/config/config_error.ts";
import { setOption } from "../../core/config/edit.ts";
import { parseIni } from "../../core/config/ini.ts";
import { RefusedError } from "../../core/errors.ts";
import type { Agent } from "../agent.ts";
import { whileLocked } from "../config/store.ts";

/** What the collector knows the cluster by, of which this node may be the only one. */
export interface Cluster {
  /** A UUID; undefined when nobody made one yet. */
  readonly id: string | undefined;
  readonly name: string;
}

type Node = Pick<Agent, "configs" | "folders">;

const FILES = ["cluster.conf", "node.conf"];

/** Reads it from cluster.conf, else from node.conf; throws `RefusedError` when one of them must not be believed. */
export function readCluster(node: Node): Cluster {
  const sections = FILES.map((name) => sectionIn(node, join(node.folders.etc, name)));
  const find = (option: string) => sections.map((section) => section?.get(option)?.value).find(Boolean);
  return { id: find("id"), name: find("name") ?? "default" };
}

/** The same, with an id that is made and kept in cluster.conf when there is none; one that is there stays. */
export async function needCluster(agent: Agent): Promise<Required<Cluster> & { readonly id: string }> {
  const known = readCluster(agent);
  if (known.id !== undefined) return { ...known, id: known.id };
  return await whileLocked(agent, async () => {
    const { system: { files, host }, folders, configs } = agent;
    const { id: meanwhile, name } = readCluster(agent);
    if (meanwhile !== undefined) return { id: meanwhile, name };
    const id = host.uuid();
    const file = join(folders.etc, "cluster.conf");
    const content = configs.readFile(file);
    const before = content.kind === "text" ? content.text : "";
    await files.replace(file, setOption(before, "cluster", "id", id), { isDurable: true });
    return { id, name };
  });
}

function sectionIn({ configs }: Node, file: string) {
  const content = configs.readFile(file);
  if (content.kind === "missing") return undefined;
  if (content.kind !== "text") throw new RefusedError(content.reason);
  try {
    return parseIni(content.text).sections.get("cluster")?.byKey;
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    // The line of a secret must not be shown, nor the message of the parser as a cause.
    throw new RefusedError(`Cannot read ${file} at line ${error.position.line}`);
  }
}
