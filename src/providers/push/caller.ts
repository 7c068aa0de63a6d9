import { randomBytes } from 'node:crypto'
import type { Lease } from '../../scheduler/index.ts'
import type { Admission, Calls } from '../calls/index.ts'
import { type BatchRequest, type DeployedFunction, PROTOCOL_VERSION, type ThrottledError } from '../function/index.ts'
import type { RunContext } from '../provider.ts'
import type { BatchSize } from './batch-size.ts'
import type { HeldLeases } from './held-leases.ts'
import type { Settlement } from './settlement.ts'
import { expectAdmission } from './starved.ts'
import type { Strikes } from './strikes.ts'

/** How long one wait for tasks lasts before the caller looks whether the run is over. */
const WAIT_MS = 10_000

/** What the callers of a run share. */
export interface CallerParts {
  readonly deployed: DeployedFunction
  readonly run: RunContext
  /** Callers that there are. */
  readonly workers: number
  /** Of each sandbox. */
  readonly slots: number
  readonly memoryBytes: number
  readonly calls: Calls
  readonly admission: Admission
  readonly batchSize: BatchSize
  readonly held: HeldLeases
  readonly strikes: Strikes
  readonly settlement: Settlement
  /** Raised: no new batch. */
  readonly drain: AbortSignal
  /** Raised: what is under way is not waited for. */
  readonly abandon: AbortSignal
}

/** Takes tasks and calls the function with them, one batch after the other. */
export class Caller {
  readonly #parts: CallerParts
  readonly #name: string

  /** @param name the worker of its tasks, for the coordinator and in events */
  constructor(parts: CallerParts, name: string) {
    this.#parts = parts
    this.#name = name
  }

  /** Resolves when the run is over or no new batch is wanted. @throws what no other call would help against */
  async work(): Promise<void> {
    const { admission, drain } = this.#parts
    while (!drain.aborted) {
      try {
        await admission.enter(drain)
      } catch {
        // The only reason: no new batch is wanted.
        return
      }
      try {
        await this.#oneBatch()
      } finally {
        admission.leave()
      }
    }
  }

  async #oneBatch(): Promise<void> {
    const { admission, drain, strikes, held } = this.#parts
    const taken = await this.#take()
    const leases = admission.isOpen && !drain.aborted ? strikes.fitting(taken) : []
    await this.#release(taken.filter((lease) => !leases.includes(lease)))
    if (leases.length === 0) return
    held.add(this.#name, leases)
    try {
      await this.#push(leases)
    } finally {
      held.remove(this.#name, leases)
    }
  }

  async #take(): Promise<readonly Lease[]> {
    const { run, workers, batchSize, drain } = this.#parts
    const { ready } = await run.coordinator.counts()
    const count = batchSize.next(ready, workers)
    return run.coordinator.lease(this.#name, { count, waitMs: WAIT_MS, signal: drain })
  }

  async #push(leases: readonly Lease[]): Promise<void> {
    const { calls, admission, abandon, run, settlement, batchSize, deployed } = this.#parts
    const calledAt = performance.now()
    admission.called()
    const called = await calls.make(this.#request(leases), abandon)
    const { event, answer, error, shiftMs } = called
    if (event.outcome === 'throttled') {
      const starvedMs = admission.refused(calledAt, (error as ThrottledError).retryAfterMs)
      await this.#release(leases)
      run.events.emit(event)
      expectAdmission(deployed, starvedMs, error)
      return
    }
    if (event.outcome === 'abandoned') admission.abandoned()
    else admission.admitted(answer !== undefined && answer.error === undefined)
    run.events.emit(event)
    if (answer === undefined) {
      await settlement.lost(this.#name, leases, event.outcome, error)
      return
    }
    const { receivedAt = 0, answeredAt = 0, requestedAt, endedAt, initMs = 0 } = event
    const workMs = answeredAt - receivedAt
    if (answer.kind === 'batch' && answer.error === undefined)
      batchSize.measured(leases.length, workMs, Math.max(workMs, endedAt - requestedAt - initMs))
    await settlement.answered(this.#name, leases, answer, shiftMs)
  }

  #request(leases: readonly Lease[]): BatchRequest {
    const { run, deployed, slots, memoryBytes } = this.#parts
    return {
      version: PROTOCOL_VERSION,
      kind: 'batch',
      invocation: randomBytes(8).toString('hex'),
      store: run.storeUrl,
      run: run.runId,
      round: run.round,
      worker: this.#name,
      tasks: leases.map(({ id, attempt, backup, priority }) => ({ id, attempt, backup, priority })),
      checkFinite: run.checkFinite,
      deadlineAt: Date.now() + deployed.shape.timeoutMs,
      slots,
      memoryBytes: Math.floor(memoryBytes),
    }
  }

  async #release(leases: readonly Lease[]): Promise<void> {
    if (leases.length > 0) await this.#parts.run.coordinator.release(this.#name, leases)
  }
}
