import { join } from "@std/path";
import type { Definitions } from "../../core/compliance/definitions.ts";
import { readDefinitions } from "../../core/compliance/read_definitions.ts";
import { ConfigReader } from "../../state/objects.ts";
import type { Agent } from "../agent.ts";

/** Where local modulesets and rulesets are. */
export function definitionsFolder({ folders }: Pick<Agent, "folders">): string {
  return join(folders.etc, "compliance");
}

/**
 * Reads the local modulesets and rulesets of this node. Throws `DefinitionError` for what is wrong with them, and
 * `SyntaxError` for a file that cannot be read, or that somebody else could have written.
 */
export function localDefinitions(agent: Agent): Definitions {
  const folder = definitionsFolder(agent);
  // The facts about folders are kept by a reader: a daemon must see what they are now.
  const configs = new ConfigReader(agent.system, agent.folders);
  const names = agent.system.files.list(folder)
    .filter(({ name, kind }) => kind !== "folder" && name.endsWith(".conf") && !name.startsWith("."))
    .map(({ name }) => name).sort();
  const read = names.map((name) => {
    const file = join(folder, name);
    const content = configs.readFile(file);
    if (content.kind === "refused" || content.kind === "broken") throw new SyntaxError(content.reason);
    return content.kind === "text" ? { file, text: content.text } : undefined;
  });
  return readDefinitions(read.filter((each) => each !== undefined));
}
