import { join } from "@std/path";
import { ConfigSyntaxError } from "../../core/config/config_error.ts";
import { setOption } from "../../core/config/edit.ts";
import { parseIni } from "../../core/config/ini.ts";
import { findScoped } from "../../core/config/scope.ts";
import { keyOfSecret } from "../../core/secrets/envelope.ts";
import { distrustSecrecy } from "../../core/trust.ts";
import type { Bytes } from "../../ports.ts";
import type { Agent } from "../agent.ts";

type Node = Pick<Agent, "configs" | "folders" | "system" | "node">;

const FILES = ["cluster.conf", "node.conf"];

/**
 * The key of the node's encrypted values: `[cluster] secret` of cluster.conf, else of node.conf, as OpenSVC keeps it.
 * Undefined when there is none; throws `Error` when its file must not be believed, may be read by others, or holds none
 * that can be a key.
 */
export function findClusterKey(node: Node): Bytes | undefined {
  for (const name of FILES) {
    const secret = secretIn(node, join(node.folders.etc, name));
    if (secret) return keyOfSecret(secret);
  }
  return undefined;
}

function secretIn({ configs, system, node }: Node, file: string): string | undefined {
  const content = configs.readFile(file);
  if (content.kind === "missing") return undefined;
  if (content.kind !== "text") throw new Error(content.reason);
  const section = sectionsOf(content.text, file).get("cluster");
  const question = { nodeName: node.name, isIn: () => false };
  const secret = section && findScoped(section, "secret", question)?.value;
  if (!secret) return undefined;
  const doubt = distrustSecrecy({ path: file, ...content.facts }, system.users.self.uid);
  if (doubt !== undefined) throw new Error(`Cannot use the cluster secret: ${doubt}`);
  return secret;
}

/** The message of the parser would show the line, also as a cause. */
function sectionsOf(text: string, file: string) {
  try {
    return parseIni(text).sections;
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    throw new Error(`Cannot read ${file} at line ${error.position.line}`);
  }
}

/**
 * The key of the node, made when there is none, as OpenSVC does: 32 random letters in cluster.conf, which only its owner
 * may read. To be called while configurations are locked.
 */
export async function needClusterKey(node: Node): Promise<Bytes> {
  const found = findClusterKey(node);
  if (found !== undefined) return found;
  const { files, host } = node.system;
  const secret = host.uuid().replaceAll("-", "");
  const file = join(node.folders.etc, "cluster.conf");
  const content = node.configs.readFile(file);
  const before = content.kind === "text" ? content.text : "";
  await files.replace(file, setOption(before, "cluster", "secret", secret), { isDurable: true });
  return keyOfSecret(secret);
}
