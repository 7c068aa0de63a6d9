/** Calls that one driver keeps open, and one function makes for its subtree. */
export const ARITY = 64

/** A call of the driver, and how many workers come of it. */
export interface Root {
  /** From 1. */
  readonly number: number
  readonly width: number
  /** Sandboxes that the roots before it ask for. */
  readonly before: number
}

/** The workers as trees of nearly equal width: with few of them each is called by the driver itself. */
export function rootsOf(workers: number, arity: number = ARITY): readonly Root[] {
  const count = Math.min(workers, arity)
  return Array.from({ length: count }, (_, at) => {
    const before = Math.floor((workers * at) / count)
    return { number: at + 1, width: Math.floor((workers * (at + 1)) / count) - before, before }
  })
}
