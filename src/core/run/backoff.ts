/** How often a failed run is repeated, and after which pauses. */
export interface RetryPolicy {
  /** How many attempts may follow the first one. */
  readonly count: number;
  /** Seconds before the second attempt; each further pause is twice as long. */
  readonly delay: number;
  /** Seconds that a pause is at most, unless `delay` itself is longer. */
  readonly maxDelay: number;
}

/**
 * The pause after so many failed attempts, in seconds.
 *
 * @example
 * ```ts
 * retryDelay({ count: 9, delay: 10, maxDelay: 300 }, 3); // 40
 * ```
 */
export function retryDelay({ delay, maxDelay }: RetryPolicy, failed: number): number {
  return Math.min(delay * 2 ** (failed - 1), Math.max(delay, maxDelay));
}
