/** What became of a request; a reason for no answer holds nothing of the address, nor of the credentials. */
export type HttpReply =
  | {
    readonly kind: "answered";
    readonly status: number;
    readonly text: string;
    /** What `Retry-After` says, as it is written. */
    readonly retryAfter: string | undefined;
  }
  | { readonly kind: "failed"; readonly reason: string };
