/** Epoch milliseconds, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** A point in time by two clocks: the monotonic one stands still while some machines sleep, the other one may be set back. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

export function moment(): Moment {
  return { monotonic: performance.now(), wall: Date.now() }
}

/** Milliseconds gone by, by the clock that saw more of them. */
export function since({ monotonic, wall }: Moment): number {
  return Math.max(performance.now() - monotonic, Date.now() - wall)
}
