/** The last durations of things by name, and their medians, which so follow what happens. */
export class RecentDurations {
  readonly #window: number
  readonly #samples = new Map<string, number[]>()

  /** @param window durations kept of each name */
  constructor(window: number) {
    this.#window = window
  }

  add(name: string, ms: number): void {
    const samples = this.#samples.get(name)
    if (samples === undefined) this.#samples.set(name, [ms])
    else {
      if (samples.length === this.#window) samples.shift()
      samples.push(ms)
    }
  }

  /** The upper median; `undefined` while fewer than `least` durations are known, or none. */
  medianMs(name: string, least: number = 1): number | undefined {
    const samples = this.#samples.get(name)
    return samples === undefined || samples.length < least ? undefined : median(samples)
  }

  /** The largest of the medians; 0 while nothing is known. */
  slowestMs(): number {
    return Math.max(0, ...[...this.#samples.values()].map(median))
  }
}

function median(samples: readonly number[]): number {
  return samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? 0
}
