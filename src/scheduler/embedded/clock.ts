/** Where a coordinator gets its time from; tests give one that they turn by hand. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Runs `callback` once after `ms`. @returns what cancels it */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, 0x7fffffff))
    return () => clearTimeout(timer)
  },
}
