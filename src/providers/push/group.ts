import { setTimeout as sleep } from 'node:timers/promises'
import type { RunOutcome } from '../../scheduler/index.ts'
import { Admission, Calls } from '../calls/index.ts'
import type { DeployedFunction } from '../function/index.ts'
import type { RunContext, WorkerGroup, WorkerGroupOptions } from '../provider.ts'
import { BatchSize } from './batch-size.ts'
import { Caller } from './caller.ts'
import { DeadTiles } from './dead-tiles.ts'
import { HeldLeases } from './held-leases.ts'
import { Settlement } from './settlement.ts'
import { Strikes } from './strikes.ts'

/** Calls that are under way when the run ends are waited for so long. A run that is done needs nothing of them. */
const GRACE_MS = { done: 0, failed: 1000, cancelled: 10_000, running: 10_000 } as const satisfies Record<
  RunOutcome['state'],
  number
>

/** Callers that push batches of tasks to a function and bring back what became of them. The first that cannot go on stops the others. */
export class PushGroup implements WorkerGroup {
  readonly #run: RunContext
  readonly #held: HeldLeases
  readonly #dead: DeadTiles
  /** Raised: no new batch. */
  readonly #drain = new AbortController()
  /** Raised: calls under way are not waited for. */
  readonly #abandon = new AbortController()
  readonly #ended: Promise<void>
  #crash: unknown

  constructor(
    deployed: DeployedFunction,
    run: RunContext,
    { workers, slots, memoryBytes, signal }: WorkerGroupOptions,
  ) {
    this.#run = run
    this.#held = new HeldLeases(run.coordinator)
    this.#dead = new DeadTiles(run.matrices, run.events)
    const strikes = new Strikes()
    const parts = {
      deployed,
      run,
      workers,
      slots,
      memoryBytes,
      calls: new Calls(deployed),
      admission: new Admission({ callers: workers, ramp: deployed.facts.limits.ramp }),
      batchSize: new BatchSize(deployed, slots),
      held: this.#held,
      strikes,
      settlement: new Settlement({ deployed, run, strikes, dead: this.#dead }),
      drain: this.#drain.signal,
      abandon: this.#abandon.signal,
    }
    const callers = Array.from({ length: workers }, (_, at) => new Caller(parts, `${run.name}-${at + 1}`))
    this.#ended = this.#carryOut(callers, signal)
  }

  finished(): Promise<void> {
    return this.#ended
  }

  drain(): void {
    this.#drain.abort()
  }

  async #carryOut(callers: readonly Caller[], signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController()
    const drain = (): void => this.drain()
    if (signal?.aborted) drain()
    signal?.addEventListener('abort', drain, { once: true })
    this.#drain.signal.addEventListener('abort', () => void this.#abandonAfterGrace(over.signal), { once: true })
    void this.#run.coordinator.finished({ signal: over.signal }).then(drain, () => undefined)
    await Promise.all(callers.map((caller) => caller.work().catch((error: unknown) => this.#break(error))))
    over.abort()
    signal?.removeEventListener('abort', drain)
    await this.#held.close()
    await this.#dead.settled()
    if (this.#crash !== undefined) throw this.#crash
  }

  async #abandonAfterGrace(over: AbortSignal): Promise<void> {
    const { state } = await this.#run.coordinator.outcome()
    await sleep(GRACE_MS[state], undefined, { signal: over }).catch(() => undefined)
    this.#abandon.abort(new DOMException('the run does not wait for this call any more', 'AbortError'))
  }

  #break(error: unknown): void {
    this.#crash ??= error
    this.drain()
  }
}
