/** Requests a second that a service takes for one prefix before it has throttled anything. */
export interface StartRates {
  readonly read: number
  readonly write: number
}

/** A throttled answer to a request that was sent before the rate came down says nothing new. */
const SETTLE_MS = 1000
/** Part of the starting rate by which the rate climbs in a second without throttling. */
const CLIMB = 1 / 20
/** The rate climbs no higher than this many times the starting rate. */
const CEILING = 16
/** Requests may come this much earlier than an even spacing has them: an idle prefix answers a burst at once. */
const BURST_MS = 1000
/** Never slower than a request in two seconds. */
const SLOWEST = 0.5
/** Prefixes that are remembered; the one unused for longest is forgotten first and starts anew. */
const REMEMBERED = 1024

interface Prefix {
  /** Requests a second. */
  rate: number
  /** When the next request is due if all keep an even spacing. */
  dueAt: number
  changedAt: number
  throttledAt: number
  /** Requests since `countedAt`, and the rate of the second before: what really went out. */
  count: number
  countedAt: number
  seen: number
}

/**
 * Spaces the requests to one store: for each prefix, reads and writes apart, a rate that halves when the service throttles
 * and climbs evenly when it does not (additive increase, multiplicative decrease, as TCP does). Object stores partition by prefix, and each partition
 * has limits of its own.
 */
export class AdaptiveRate {
  readonly #start: StartRates
  readonly #now: () => number
  readonly #doublingMs: number | undefined
  readonly #prefixes = new Map<string, Prefix>()

  /**
   * @param now milliseconds of a clock that never goes back
   * @param doublingMs time in which a rate above the starting one may double; without it the rate climbs evenly there, too
   */
  constructor(start: StartRates, now: () => number = () => performance.now(), doublingMs?: number) {
    this.#start = start
    this.#now = now
    this.#doublingMs = doublingMs
  }

  /** Takes the next place in the prefix's order. @returns ms to wait before sending; 0 as long as the rate is not used up */
  delay(prefix: string, kind: keyof StartRates): number {
    const now = this.#now()
    const state = this.#stateOf(prefix, kind, now)
    this.#climb(state, this.#start[kind], now)
    count(state, now)
    state.dueAt = Math.max(state.dueAt, now - BURST_MS) + 1000 / state.rate
    return Math.max(0, state.dueAt - now)
  }

  /** The service asked for fewer requests: half of what was really sent from now on. */
  throttled(prefix: string, kind: keyof StartRates): void {
    const now = this.#now()
    const state = this.#stateOf(prefix, kind, now)
    if (now - state.throttledAt < SETTLE_MS) return
    this.#climb(state, this.#start[kind], now)
    count(state, now)
    const sent = Math.max(state.seen, state.count)
    state.rate = Math.max(SLOWEST, Math.min(state.rate, sent) / 2)
    state.throttledAt = now
    // No burst right after: what was saved up belongs to the old rate.
    state.dueAt = Math.max(state.dueAt, now)
  }

  /** Requests a second that the prefix is allowed now. */
  rateOf(prefix: string, kind: keyof StartRates): number {
    const now = this.#now()
    const state = this.#stateOf(prefix, kind, now)
    this.#climb(state, this.#start[kind], now)
    return state.rate
  }

  #climb(state: Prefix, start: number, now: number): void {
    const seconds = (now - Math.max(state.changedAt, state.throttledAt + SETTLE_MS)) / 1000
    if (seconds <= 0) return
    const even = state.rate + seconds * start * CLIMB
    const rate =
      this.#doublingMs === undefined || even <= start
        ? even
        : Math.max(start, state.rate) * 2 ** ((seconds * 1000) / this.#doublingMs)
    state.rate = Math.min(start * CEILING, rate)
    state.changedAt = now
  }

  #stateOf(prefix: string, kind: keyof StartRates, now: number): Prefix {
    const name = `${kind} ${prefix}`
    const found = this.#prefixes.get(name)
    const state = found ?? {
      rate: this.#start[kind],
      dueAt: now - BURST_MS,
      changedAt: now,
      throttledAt: Number.NEGATIVE_INFINITY,
      count: 0,
      countedAt: now,
      seen: 0,
    }
    this.#prefixes.delete(name)
    this.#prefixes.set(name, state)
    const [oldest] = this.#prefixes.keys()
    if (this.#prefixes.size > REMEMBERED && oldest !== undefined) this.#prefixes.delete(oldest)
    return state
  }
}

/** Counts the requests of each second. */
function count(state: Prefix, now: number): void {
  const seconds = (now - state.countedAt) / 1000
  if (seconds >= 1) {
    state.seen = state.count / seconds
    state.count = 0
    state.countedAt = now
  }
  state.count++
}

/** The part of a key by which the rate is kept: up to the array (`A` of `A/c/0/1`), else the folder. */
export function ratePrefix(key: string): string {
  const tiles = key.lastIndexOf('/c/')
  return tiles >= 0 ? key.slice(0, tiles) : key.slice(0, Math.max(0, key.lastIndexOf('/')))
}
