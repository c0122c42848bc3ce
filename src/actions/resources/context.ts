import type { Agent } from "../agent.ts";
import { Journal } from "../journal.ts";
import type { Instance } from "../load.ts";
import { StopRequest } from "../run/stop_request.ts";

/** One action on the resources of one service, on its way. */
export interface ActionContext {
  readonly agent: Agent;
  readonly instance: Instance;
  readonly journal: Journal;
  readonly sessionId: string;
  readonly stop: StopRequest;
}

/** The context of a look: nothing is logged, nobody interrupts it. */
export function lookContext(agent: Agent, instance: Instance): ActionContext {
  return {
    agent,
    instance,
    journal: new Journal(agent.system.clock, {}, []),
    sessionId: "-",
    stop: new StopRequest(),
  };
}
