/** When a task counts as a straggler. */
export interface StragglerRule {
  /** Times the median duration of tasks with the same kernel. */
  readonly factor: number
  /** Durations that must be known before anything is called slow. */
  readonly minSamples: number
  /** Tasks shorter than this are never backed up. */
  readonly minMs: number
}

/** Durations kept per kernel: enough for a median that follows the run. */
const window = 64

/** Durations of finished tasks by kernel, and from them the time after which a task is a straggler. */
export class Durations {
  readonly #rule: StragglerRule
  readonly #samples = new Map<string, number[]>()

  constructor(rule: StragglerRule) {
    this.#rule = rule
  }

  add(kernel: string, ms: number): void {
    const samples = this.#samples.get(kernel)
    if (samples === undefined) this.#samples.set(kernel, [ms])
    else {
      if (samples.length === window) samples.shift()
      samples.push(ms)
    }
  }

  /** Milliseconds after its grant at which a task of this kernel is a straggler; `undefined` while too little is known. */
  limitMs(kernel: string): number | undefined {
    const samples = this.#samples.get(kernel)
    if (samples === undefined || samples.length < this.#rule.minSamples) return undefined
    const sorted = samples.toSorted((a, b) => a - b)
    const median = sorted[sorted.length >> 1]!
    return Math.max(this.#rule.minMs, this.#rule.factor * median)
  }
}
