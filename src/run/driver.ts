import { hostname } from 'node:os'
import { InternalError } from '../errors.ts'
import type { EventSink } from '../events/index.ts'
import type { KernelRegistry } from '../kernels/index.ts'
import { type CompiledProgram, tileId } from '../lambdapack/index.ts'
import type { Provider } from '../providers/index.ts'
import { type Coordinator, createEmbeddedCoordinator, type RunOutcome } from '../scheduler/index.ts'
import type { Store } from '../storage/index.ts'
import { repeat } from '../util/index.ts'
import type { RunArrays } from './bindings.ts'
import { cancelKey } from './keys.ts'
import type { Manifest } from './manifest.ts'
import { heldBytes } from './memory.ts'
import { planRecovery } from './recovery.ts'
import { HEARTBEAT_MS, type RunState, readState, writeState } from './state.ts'

const CANCEL_POLL_MS = 500
/** Plans made anew for one lost tile before the run gives up on it. */
const MAX_ROUNDS_PER_TILE = 5

/** What a driver works with. */
export interface DriverOptions {
  readonly store: Store
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly arrays: RunArrays
  readonly kernels: KernelRegistry
  readonly provider: Provider
  readonly priorities: ReadonlyMap<string, number> | undefined
  readonly events: EventSink
  /** False for a fresh run, whose tasks are all to be done; true: derive from the tiles that exist, verified. */
  readonly resumed: boolean
  /** Raised to stop: the reason tells an interruption from a cancellation. */
  readonly signal: AbortSignal
}

/** How a drive ended, of its own accord; interruptions and crashes are thrown. */
export type DriveOutcome = Exclude<RunOutcome, { readonly state: 'running' }>

/** Drives a run until its outputs are complete: plans, starts workers, and plans again when a tile was lost meanwhile. */
export class Driver {
  readonly #options: DriverOptions
  readonly #totalTasks: number
  readonly #startedAt = Date.now()
  readonly #roundsByTile = new Map<string, number>()
  /** Tiles found damaged or lost, by id: each plan looks at them again. */
  readonly #suspects = new Set<string>()
  #coordinator: Coordinator | undefined
  #isCancelled = false
  /** Tasks of the latest plan. */
  #planned: number

  constructor(options: DriverOptions) {
    this.#options = options
    this.#totalTasks = countTasks(options.program)
    this.#planned = this.#totalTasks
  }

  /** @throws the signal's reason when it was raised, or what a worker crashed with */
  async drive(): Promise<DriveOutcome> {
    const watch = new AbortController()
    const watching = [this.#heartbeat(watch.signal), this.#watchForCancel(watch.signal)]
    try {
      let todo = this.#options.resumed ? await this.#plan(true) : undefined
      for (;;) {
        const outcome = await this.#round(todo)
        if (outcome.state !== 'failed' || !this.#mayPlanAgain(outcome)) return outcome
        todo = await this.#plan(false)
      }
    } finally {
      watch.abort()
      await Promise.all(watching)
    }
  }

  /** Ends the run: no task starts any more, and the drive ends as cancelled. */
  async cancel(): Promise<void> {
    this.#isCancelled = true
    await this.#coordinator?.cancel()
  }

  /** True when every output tile is stored, by a listing. */
  async isComplete(): Promise<boolean> {
    return (await this.#plan(false)).size === 0
  }

  /** The record of the run as it is now. */
  async state(state: RunState['state'], message?: string): Promise<RunState> {
    const counts = await this.#coordinator?.counts()
    const left = counts === undefined ? this.#planned : counts.total - counts.done
    return {
      state,
      ...(message === undefined ? {} : { message }),
      startedAt: this.#startedAt,
      heartbeatAt: Date.now(),
      pid: process.pid,
      host: hostname(),
      tasksDone: this.#totalTasks - left,
      tasksTotal: this.#totalTasks,
    }
  }

  #plan(verify: boolean): Promise<ReadonlySet<string>> {
    const { program, arrays, events, signal } = this.#options
    return planRecovery({
      program,
      matrices: arrays.matrices,
      verify,
      suspects: this.#suspects,
      signal,
      onDamaged: (tile, bytes) => events.emit({ type: 'tile', what: 'lost', tile: tileId(tile), bytes, at: now() }),
    })
  }

  /** Works off one plan. */
  async #round(todo: ReadonlySet<string> | undefined): Promise<DriveOutcome> {
    const { program, priorities, manifest, kernels, provider, arrays, events, signal } = this.#options
    const { workers, slots, memoryBytes, durability, checkFinite } = manifest.options
    const resumed = this.#options.resumed || this.#roundsByTile.size > 0
    const at = now()
    const tasks = todo?.size ?? this.#totalTasks
    this.#planned = tasks
    this.#coordinator = undefined
    events.emit({
      type: 'run-started',
      runId: manifest.id,
      at,
      tasks,
      totalTasks: this.#totalTasks,
      slots: workers * slots,
      resumed,
    })
    if (tasks === 0) return { state: 'done' }
    if (this.#isCancelled) return { state: 'cancelled' }
    const coordinator = createEmbeddedCoordinator({ program, todo, priorities, stragglers: false })
    this.#coordinator = coordinator
    try {
      const group = await provider.start(
        {
          runId: manifest.id,
          coordinator,
          program,
          kernels,
          matrices: arrays.matrices,
          durability,
          checkFinite,
          events,
        },
        { workers, slots, memoryBytes: memoryBytes - heldBytes(arrays.matrices) / workers, signal },
      )
      // Workers stop when the run is over; if they stop before, one crashed (thrown here) or the signal was raised.
      await group.finished()
      const outcome = await coordinator.outcome()
      if (outcome.state !== 'running') return outcome
      signal.throwIfAborted()
      throw new InternalError(`the workers of run ${manifest.id} stopped before its end`)
    } finally {
      await coordinator.close()
    }
  }

  #mayPlanAgain(outcome: Extract<RunOutcome, { state: 'failed' }>): boolean {
    const { lostTile } = outcome.failure
    if (lostTile === undefined) return false
    const id = tileId(lostTile)
    this.#suspects.add(id)
    const rounds = (this.#roundsByTile.get(id) ?? 0) + 1
    this.#roundsByTile.set(id, rounds)
    return rounds <= MAX_ROUNDS_PER_TILE
  }

  async #heartbeat(signal: AbortSignal): Promise<void> {
    const { store, manifest } = this.#options
    let isFirst = true
    await repeat(HEARTBEAT_MS, signal, async () => {
      // Another driver may have brought the run to its end meanwhile; that word stands.
      const isDone = !isFirst && (await readState(store, manifest.id))?.state === 'done'
      isFirst = false
      if (!isDone) await writeState(store, manifest.id, await this.state('running'))
    })
  }

  async #watchForCancel(signal: AbortSignal): Promise<void> {
    const { store, manifest } = this.#options
    await repeat(CANCEL_POLL_MS, signal, async () => {
      if ((await store.stat(cancelKey(manifest.id))) !== undefined) await this.cancel()
    })
  }
}

/** Epoch milliseconds with fractions, as in every event. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

function countTasks(program: CompiledProgram): number {
  let count = 0
  for (const _ of program.tasks()) count++
  return count
}
