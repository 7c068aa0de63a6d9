import { isNumpywrenError } from '../errors.ts'
import type { RunEvent } from '../events/index.ts'
import { parseTaskId } from '../lambdapack/index.ts'
import type { BatchRequest } from '../providers/index.ts'
import { BatchCoordinator, type BatchOutcome, type FailureRecord, toFailureRecord } from '../scheduler/index.ts'
import type { SandboxSize } from './sandbox.ts'
import { WarmRun, type WarmRunKey } from './warm-run.ts'

export interface BatchDone {
  readonly tasks: readonly BatchOutcome[]
  readonly events: readonly RunEvent[]
  /** What kept the function from the work as a whole. */
  readonly error?: FailureRecord
}

export interface BatchLimits {
  readonly size: SandboxSize
  /** Epoch milliseconds at which the work must be over. */
  readonly deadlineMs: number | undefined
  /** Raised when the process is asked to end. */
  readonly signal: AbortSignal
}

/** Does batches of tasks; what it learns of a run with one of them serves the next. */
export class Batches {
  #warm: WarmRun | undefined

  async work(request: BatchRequest, { size, deadlineMs, signal }: BatchLimits): Promise<BatchDone> {
    const { tasks, worker } = request
    const coordinator = new BatchCoordinator(tasks.map(({ id, ...grant }) => ({ task: parseTaskId(id), ...grant })))
    try {
      const warm = await this.#warmFor(request, size)
      const events = await warm.work({ worker, coordinator, deadlineMs, signal })
      return { tasks: coordinator.answers(), events }
    } catch (error) {
      const answers = { tasks: coordinator.answers(), events: [] }
      // No time is left: whoever sent the batch has it again.
      if (isNumpywrenError(error, 'DeadlineError')) return answers
      await this.forget()
      return { ...answers, error: toFailureRecord(error) }
    }
  }

  /** Lets go of everything that is remembered. */
  async forget(): Promise<void> {
    const warm = this.#warm
    this.#warm = undefined
    await warm?.close()
  }

  async #warmFor(request: BatchRequest, size: SandboxSize): Promise<WarmRun> {
    const { store, run, round, checkFinite } = request
    const key: WarmRunKey = {
      store,
      run,
      round,
      checkFinite,
      slots: Math.min(request.slots ?? size.slots, size.slots),
      memoryBytes: Math.min(request.memoryBytes ?? size.tileBytes, size.tileBytes),
    }
    if (this.#warm?.matches(key) !== true) {
      await this.forget()
      this.#warm = new WarmRun(key)
    }
    return this.#warm!
  }
}
