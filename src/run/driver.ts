import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { InternalError, isNumpywrenError } from '../errors.ts'
import type { EventSink } from '../events/index.ts'
import { type CompiledProgram, tileId } from '../lambdapack/index.ts'
import type { Coordinator, RunOutcome } from '../scheduler/index.ts'
import type { Store } from '../storage/index.ts'
import { repeat } from '../util/index.ts'
import type { RunArrays } from './bindings.ts'
import { cancelKey } from './keys.ts'
import type { Manifest } from './manifest.ts'
import { planRecovery } from './recovery.ts'
import type { Rounds } from './rounds.ts'
import { HEARTBEAT_MS, type RunState, readState, writeState } from './state.ts'

const CANCEL_POLL_MS = 500
/** A sign of life does not wait longer for the count of tasks. */
const COUNT_MS = 1000
/** Plans made anew for one lost tile before the run gives up on it. */
const MAX_ROUNDS_PER_TILE = 5
/** Rounds of one drive: a coordinator that forgets, or a store that loses, so often is not to be worked with. */
const MAX_ROUNDS = 100

/** What a driver works with. */
export interface DriverOptions {
  readonly store: Store
  readonly manifest: Manifest
  readonly program: CompiledProgram
  readonly arrays: RunArrays
  readonly rounds: Rounds
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
  /** Begun so far. */
  #rounds = 0
  /** Tasks that were left when last asked. */
  #left: number

  constructor(options: DriverOptions) {
    this.#options = options
    this.#totalTasks = countTasks(options.program)
    this.#left = this.#totalTasks
  }

  /** @throws the signal's reason when it was raised, or what a worker crashed with */
  async drive(): Promise<DriveOutcome> {
    const { rounds, resumed } = this.#options
    const watch = new AbortController()
    const watching = [this.#heartbeat(watch.signal), this.#watchForCancel(watch.signal)]
    try {
      const adopted = resumed ? await rounds.adopt() : undefined
      const todo = resumed && adopted === undefined ? await this.#plan(true) : undefined
      let outcome = await this.#round(todo, adopted)
      while (this.#rounds < MAX_ROUNDS) {
        const left = await this.#leftAfter(outcome, adopted !== undefined)
        if (left === undefined) return outcome as DriveOutcome
        outcome = await this.#round(left, undefined)
      }
      throw new InternalError(`run ${this.#options.manifest.id} was planned ${this.#rounds} times and is not done`)
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
    await this.#count()
    return {
      state,
      ...(message === undefined ? {} : { message }),
      startedAt: this.#startedAt,
      heartbeatAt: Date.now(),
      pid: process.pid,
      host: hostname(),
      ...(this.#options.rounds.shared ? { shared: true } : {}),
      tasksDone: this.#totalTasks - this.#left,
      tasksTotal: this.#totalTasks,
    }
  }

  /** Asks how much is left. What cannot be told soon (by a coordinator that is away) stays as it was last known. */
  async #count(): Promise<void> {
    const known = this.#coordinator?.counts().catch(() => undefined)
    const counts = await Promise.race([known, sleep(COUNT_MS, undefined, { ref: false })])
    if (counts !== undefined) this.#left = counts.total - counts.done
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

  /** Works off one plan, or the rest of one that another driver made. @returns `lost` when the coordinator does not know it any more */
  async #round(
    todo: ReadonlySet<string> | undefined,
    adopted: Coordinator | undefined,
  ): Promise<DriveOutcome | { readonly state: 'lost' }> {
    const { rounds, manifest, signal } = this.#options
    this.#coordinator = adopted
    try {
      const tasks = adopted === undefined ? (todo?.size ?? this.#totalTasks) : await leftIn(adopted)
      this.#begin(tasks)
      if (adopted === undefined && tasks === 0) return { state: 'done' }
      if (adopted === undefined && this.#isCancelled) return { state: 'cancelled' }
      const coordinator = adopted ?? (await rounds.open(todo))
      this.#coordinator = coordinator
      if (this.#isCancelled) await coordinator.cancel()
      // Workers stop when the round is over; if they stop before, one crashed (thrown here) or the signal was raised.
      await rounds.work(coordinator, signal)
      const outcome = await coordinator.outcome()
      if (outcome.state === 'done') this.#left = 0
      if (outcome.state !== 'running') return outcome
      signal.throwIfAborted()
      throw new InternalError(`the workers of run ${manifest.id} stopped before its end`)
    } catch (error) {
      if (isNumpywrenError(error, 'CoordinatorLostError')) return { state: 'lost' }
      if (signal.aborted) await this.#count()
      throw error
    } finally {
      await this.#coordinator?.close()
    }
  }

  #begin(tasks: number): void {
    const { rounds, manifest, events, resumed } = this.#options
    this.#left = tasks
    events.emit({
      type: 'run-started',
      runId: manifest.id,
      at: now(),
      tasks,
      totalTasks: this.#totalTasks,
      slots: rounds.slots,
      ...(rounds.functions === undefined ? {} : { functions: rounds.functions }),
      resumed: resumed || this.#rounds > 0,
    })
    this.#rounds++
  }

  /** What a round that has ended leaves to do in another one; `undefined` when it ended for good. */
  async #leftAfter(
    outcome: DriveOutcome | { readonly state: 'lost' },
    verify: boolean,
  ): Promise<ReadonlySet<string> | undefined> {
    if (outcome.state === 'lost') return this.#plan(false)
    if (outcome.state === 'failed') return this.#mayPlanAgain(outcome) ? this.#plan(false) : undefined
    if (outcome.state === 'cancelled' || !this.#options.rounds.shared) return undefined
    const left = await this.#plan(verify)
    return left.size === 0 ? undefined : left
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

async function leftIn(coordinator: Coordinator): Promise<number> {
  const { total, done } = await coordinator.counts()
  return total - done
}

function countTasks(program: CompiledProgram): number {
  let count = 0
  for (const _ of program.tasks()) count++
  return count
}
