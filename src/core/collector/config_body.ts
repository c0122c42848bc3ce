import type { Configuration } from "../config/configuration.ts";
import { toBase64 } from "../secrets/base64.ts";

/** What is known of a service besides its configuration as this node sees it. */
export interface ConfigFacts {
  /** As people write it. */
  readonly path: string;
  /** The file as it is. */
  readonly text: string;
  /** The environment of the node, which a service that names none is of. */
  readonly nodeEnvironment: string;
  /** How many resources are looked at, to be started again. */
  readonly monitored: number;
}

/** What `POST /api/object/config` takes. What cannot be read is told as its default: the file itself is there, too. */
export function configBody(
  configuration: Configuration,
  facts: ConfigFacts,
): Readonly<Record<string, unknown>> {
  const text = (option: string) => quietly(() => configuration.string("DEFAULT", option)) || undefined;
  const count = (...options: string[]) =>
    options.map((option) => quietly(() => configuration.integer("DEFAULT", option)))
      .find((value) => value !== undefined);
  const words = (option: string) => quietly(() => configuration.words("DEFAULT", option)) ?? [];
  const scope = words("nodes");
  const flexMin = count("flex_min", "flex_min_nodes") ?? 1;
  return {
    path: facts.path,
    orchestrate: text("orchestrate") ?? "no",
    topology: text("topology") ?? "failover",
    scope,
    drp_node: text("drpnode") ?? "",
    drp_nodes: words("drpnodes"),
    flex_min: flexMin,
    flex_max: count("flex_max", "flex_max_nodes") ?? scope.length,
    flex_target: count("flex_target") ?? flexMin,
    monitored_resource_count: facts.monitored,
    app: text("app") ?? "default",
    env: text("env") ?? facts.nodeEnvironment,
    comment: text("comment") ?? "",
    raw_config: plainBase64(new TextEncoder().encode(facts.text)),
  };
}

/** In the usual alphabet, which is what the feed reads. */
function plainBase64(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("-", "+").replaceAll("_", "/");
}

function quietly<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
