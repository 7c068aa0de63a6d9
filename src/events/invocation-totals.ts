import type { RunStatistics } from './statistics.ts'
import type { InvocationFinished } from './types.ts'

type InvocationStatistics = Pick<
  RunStatistics,
  'invocations' | 'coldStarts' | 'invocationsLost' | 'throttled' | 'billedMs' | 'gibSeconds' | 'vcpuSeconds'
>

/** Adds up the invocations of a run. */
export class InvocationTotals {
  /** Those of batches alone: pulling workers say themselves how long they held their slots. */
  batchVcpuSeconds = 0
  #invocations = 0
  #coldStarts = 0
  #lost = 0
  #throttled = 0
  #billedMs = 0
  #gibSeconds = 0
  #vcpuSeconds = 0

  add({ kind, outcome, cold, billedMs, memoryBytes, vcpus }: InvocationFinished): void {
    if (outcome === 'throttled') {
      this.#throttled++
      return
    }
    this.#invocations++
    if (cold === true) this.#coldStarts++
    if (outcome !== 'answered' && outcome !== 'abandoned') this.#lost++
    const seconds = billedMs / 1000
    this.#billedMs += billedMs
    this.#gibSeconds += seconds * (memoryBytes / 2 ** 30)
    this.#vcpuSeconds += seconds * vcpus
    if (kind === 'batch') this.batchVcpuSeconds += seconds * vcpus
  }

  statistics(): InvocationStatistics {
    return {
      invocations: this.#invocations,
      coldStarts: this.#coldStarts,
      invocationsLost: this.#lost,
      throttled: this.#throttled,
      billedMs: this.#billedMs,
      gibSeconds: this.#gibSeconds,
      vcpuSeconds: this.#vcpuSeconds,
    }
  }
}
