import { reasonOf } from "../collector/push.ts";
import { askCollector as ask } from "../collector/outbox.ts";
import type { Agent } from "../agent.ts";

/** What the collector says to a question, or why it says nothing. */
export type Answer =
  | { readonly kind: "answer"; readonly value: unknown }
  | { readonly kind: "failed"; readonly reason: string };

/** Asks the collector about compliance, by the name of a method and its parameters without the credentials. */
export async function askCollector(
  agent: Agent,
  method: string,
  params: readonly unknown[],
): Promise<Answer> {
  const verdict = await ask(agent, {
    target: "compliance",
    method: "POST",
    path: "",
    body: { method, params },
  });
  if (verdict.kind === "done") return { kind: "answer", value: verdict.answer };
  return { kind: "failed", reason: reasonOf(verdict) };
}
