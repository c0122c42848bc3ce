import type { Agent } from "../actions/agent.ts";

/** The second that has begun last: what is due by now. */
export function nowFloor({ system: { clock } }: Pick<Agent, "system">): number {
  return Math.floor(clock.now() / 1000);
}

/** The second that begins next, unless one begins just now: what may still be planned. */
export function nowCeil({ system: { clock } }: Pick<Agent, "system">): number {
  return Math.ceil(clock.now() / 1000);
}
