import { findScoped } from "../../core/config/scope.ts";
import type { Agent } from "../agent.ts";

/** What a keyword of `node.conf` says on this node (`kw@node` before `kw`); undefined when it says nothing. */
export function nodeValue(
  { node }: Pick<Agent, "node">,
  section: string,
  option: string,
): string | undefined {
  const found = node.document?.sections.get(section);
  return found && findScoped(found, option, { nodeName: node.name, isIn: () => false })?.value;
}
