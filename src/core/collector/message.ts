/** What a message is about; one push of a kind goes on at a time. */
export type MessageKind =
  | "system"
  | "daemon_status"
  | "config"
  | "resinfo"
  | "status"
  | "action"
  | "compliance";

/** Every kind, in the order in which a collector has to hear of a new node. */
export const MESSAGE_KINDS: readonly MessageKind[] = [
  "system",
  "daemon_status",
  "config",
  "resinfo",
  "status",
  "action",
  "compliance",
];

/** One thing to tell the collector. */
export interface CollectorMessage {
  readonly kind: MessageKind;
  /**
   * A newer message of this key replaces one that was not sent yet, such as `config:ns1/svc/web`; actions: one key a run.
   */
  readonly key: string;
  /**
   * `feeder`: REST below the feeder's base; `compliance`: JSON-RPC 2.0 at the compliance address, body = `{method, params}`,
   * params without the credentials.
   */
  readonly target: CollectorTarget;
  readonly method: "POST" | "PUT";
  /** Such as `/api/object/config`; empty for `compliance`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Which of the addresses of the collector a message is for. */
export type CollectorTarget = "feeder" | "compliance";

/** The largest message that is taken, as JSON in bytes. */
export const MAX_MESSAGE_BYTES = 3 * 1024 * 1024;

const TEXT_FIELDS = ["key", "path"] as const;

/** Whether a value that was read from somewhere is a message. */
export function isMessage(value: Readonly<Record<string, unknown>>): boolean {
  const { kind, target, method, body } = value;
  return TEXT_FIELDS.every((field) => typeof value[field] === "string") &&
    MESSAGE_KINDS.includes(kind as MessageKind) && (target === "feeder" || target === "compliance") &&
    (method === "POST" || method === "PUT") && typeof body === "object" && body !== null;
}
