import { isNumpywrenError } from '../../errors.ts'
import type { InvocationOutcome, RunEvent } from '../../events/index.ts'
import type { FailureRecord, Lease } from '../../scheduler/index.ts'
import { shiftEvent } from '../calls/index.ts'
import { FunctionWorkersError } from '../errors.ts'
import type { BatchAnswer, DeployedFunction, RefusedAnswer } from '../function/index.ts'
import type { RunContext } from '../provider.ts'
import type { DeadTiles } from './dead-tiles.ts'
import type { Ending, Strikes } from './strikes.ts'

/** Answers in a row that hold nothing but an error in passing. */
const MOST_ERRORS = 10

export interface SettlementParts {
  readonly deployed: DeployedFunction
  readonly run: RunContext
  readonly strikes: Strikes
  readonly dead: DeadTiles
}

/** Tells the coordinator what became of the tasks of a batch. */
export class Settlement {
  readonly #parts: SettlementParts
  /** Since the last task that was done. */
  #errors = 0

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  /** @throws FunctionWorkersError when the function cannot work on this run at all */
  async answered(
    worker: string,
    leases: readonly Lease[],
    answer: BatchAnswer | RefusedAnswer,
    shiftMs: number,
  ): Promise<void> {
    const { coordinator, events } = this.#parts.run
    const states = new Map(answer.kind === 'batch' ? answer.tasks.map((task) => [task.id, task]) : [])
    const back: Lease[] = []
    const counted = new Map<string, boolean>()
    const retried = new Map<string, boolean>()
    for (const lease of leases) {
      const task = states.get(lease.id)
      if (task?.state === 'done') counted.set(lease.id, await this.#complete(worker, lease))
      else if (task?.state === 'failed')
        retried.set(lease.id, (await coordinator.fail(worker, lease, task.failure)).willRetry)
      else back.push(lease)
    }
    if (back.length > 0) await this.#giveBack(worker, leases, back, answer)
    if (answer.kind === 'batch') {
      // A straggler whose backup was first finds its operands removed: nothing is lost, unless the run has to be planned again for it.
      const isLost = (await coordinator.outcome()).state === 'failed'
      for (const event of answer.events) {
        if (event.type === 'tile' && event.what === 'lost' && !isLost) continue
        events.emit(shiftEvent(known(event, counted, retried), shiftMs))
      }
    }
    if (answer.error !== undefined) this.#expectPassing(answer.error)
  }

  /** The invocation ended without an answer. What its tasks have stored by then is stored, and they are done again. */
  async lost(worker: string, leases: readonly Lease[], ending: InvocationOutcome, error: unknown): Promise<void> {
    const { coordinator } = this.#parts.run
    if (ending !== 'abandoned') await this.#strike(worker, leases, ending, error)
    await coordinator.release(worker, leases)
  }

  async #complete(worker: string, lease: Lease): Promise<boolean> {
    const { run, strikes, dead } = this.#parts
    this.#errors = 0
    strikes.forget(lease.id)
    const { counted, dead: tiles } = await run.coordinator.complete(worker, lease)
    dead.bury(tiles)
    return counted
  }

  async #giveBack(
    worker: string,
    leases: readonly Lease[],
    back: readonly Lease[],
    { receivedAt, answeredAt, error }: BatchAnswer | RefusedAnswer,
  ): Promise<void> {
    const { run, deployed } = this.#parts
    const hadTime = answeredAt - receivedAt > deployed.shape.timeoutMs / 2
    if (error === undefined && hadTime && back.length === leases.length)
      await this.#strike(worker, leases, 'returned', undefined)
    await run.coordinator.release(worker, back)
  }

  async #strike(worker: string, leases: readonly Lease[], ending: Ending, error: unknown): Promise<void> {
    const { run, strikes } = this.#parts
    const culprit = strikes.add(leases, ending)
    if (culprit === undefined) return
    await run.coordinator.fail(worker, culprit.lease, this.#failureOf(ending, culprit.times, error))
  }

  #failureOf(ending: Ending, times: number, error: unknown): FailureRecord {
    const { name, shape } = this.#parts.deployed
    const gibibytes = (shape.memoryBytes / 2 ** 30).toFixed(2)
    const seconds = Math.round(shape.timeoutMs / 1000)
    const said = error instanceof Error ? ` (${error.message})` : ''
    const problems: Partial<Record<Ending, string>> = {
      'out-of-memory': `ran out of its ${gibibytes} GiB of memory: deploy it with more (--memory), or use smaller tiles (--tile)`,
      'timed-out': `did not end it within the time limit of ${seconds} s: deploy it with a longer one (--timeout), or use smaller tiles (--tile)`,
      returned: `does not end it within its time limit of ${seconds} s: deploy it with a longer one (--timeout), or use smaller tiles (--tile)`,
      'too-large': 'cannot be told of it, or cannot tell of it, in one message',
    }
    const problem = problems[ending] ?? `ended without an answer, ${ending}`
    return {
      tag: isNumpywrenError(error) ? error._tag : 'InvocationError',
      category: 'fatal',
      message: `the function ${name}, called ${times} times with this task alone, ${problem}${said}`,
    }
  }

  #expectPassing({ category, message, tag }: FailureRecord): void {
    const { name } = this.#parts.deployed
    if (category === 'transient' && ++this.#errors < MOST_ERRORS) return
    throw new FunctionWorkersError(`the function ${name} cannot work on the run: ${message} (${tag})`, category)
  }
}

/** The event with what only the coordinator knows. */
function known(
  event: RunEvent,
  counted: ReadonlyMap<string, boolean>,
  retried: ReadonlyMap<string, boolean>,
): RunEvent {
  if (event.type === 'task') return { ...event, counted: counted.get(event.task) ?? false }
  if (event.type === 'task-failed') return { ...event, willRetry: retried.get(event.task) ?? event.willRetry }
  return event
}
