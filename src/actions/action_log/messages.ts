import type { ActionBegin, ActionEnd } from "../../core/collector/action_body.ts";
import { actionKey, beginBody, endBody } from "../../core/collector/action_body.ts";
import type { CollectorMessage } from "../../core/collector/message.ts";

const TARGET = { kind: "action", target: "feeder", path: "/api/instance/action" } as const;

/** Tells that a run begins. */
export function beginMessage(begin: ActionBegin): CollectorMessage {
  return { ...TARGET, key: actionKey(begin), method: "POST", body: beginBody(begin) };
}

/** Tells how a run ended, in the place of its begin when that was not sent yet. */
export function endMessage(begin: ActionBegin, end: ActionEnd): CollectorMessage {
  return { ...TARGET, key: actionKey(begin), method: "PUT", body: endBody(begin, end) };
}
