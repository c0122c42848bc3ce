import { ConfigSyntaxError } from "../../core/config/config_error.ts";
import type { Configuration } from "../../core/config/configuration.ts";
import { formatObjectPath, type ObjectPath } from "../../core/naming/object_path.ts";
import type { Agent } from "../agent.ts";
import { configure, type LoadOptions } from "../load.ts";
import { readConfig, UnreadableConfigError } from "./store.ts";

/** A configuration with its text, whatever its values are worth. */
export interface ConfigFile {
  readonly path: ObjectPath;
  readonly name: string;
  readonly text: string;
  readonly configuration: Configuration;
}

/**
 * Reads a configuration, as this node or another one sees it. Throws `NotFoundError`, `RefusedError` when it must not
 * be believed, `UnreadableConfigError` when it cannot be read.
 */
export function openConfig(
  agent: Agent,
  path: ObjectPath,
  options: LoadOptions & { readonly nodeName?: string } = {},
): ConfigFile {
  const name = formatObjectPath(path);
  const text = readConfig(agent, path);
  try {
    return { path, name, text, configuration: configure(agent, path, text, options) };
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    throw new UnreadableConfigError(`${name}: ${error.message}`, { cause: error });
  }
}
