/** How long to wait before a task is tried again. */
export interface Backoff {
  /** Longest pause before the second attempt. @default 100 */
  readonly baseMs: number
  /** No pause is longer than this. @default 10000 */
  readonly capMs: number
}

/**
 * Pause before the next attempt: exponential with half jitter, uniform in (d/2, d] with d = min(cap, base 2^(failures-1)).
 * Source: M. Brooker, "Exponential Backoff And Jitter" (the "equal jitter" variant).
 */
export function retryDelayMs(failures: number, backoff: Backoff, random: () => number): number {
  const longest = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.max(0, failures - 1))
  return longest - (longest / 2) * random()
}
