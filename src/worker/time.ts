/** Epoch milliseconds, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Milliseconds since a time of {@link now}, to a hundredth: more digits only fill records. */
export function elapsed(from: number): number {
  return Math.round(100 * (now() - from)) / 100
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
