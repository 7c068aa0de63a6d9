import { RecentDurations } from '../../util/index.ts'

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
  readonly #recent = new RecentDurations(window)

  constructor(rule: StragglerRule) {
    this.#rule = rule
  }

  add(kernel: string, ms: number): void {
    this.#recent.add(kernel, ms)
  }

  /** Milliseconds after its grant at which a task of this kernel is a straggler; `undefined` while too little is known. */
  limitMs(kernel: string): number | undefined {
    const typical = this.#recent.medianMs(kernel, this.#rule.minSamples)
    return typical === undefined ? undefined : Math.max(this.#rule.minMs, this.#rule.factor * typical)
  }
}
