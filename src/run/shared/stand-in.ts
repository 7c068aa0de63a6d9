import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../../errors.ts'
import type { EventSink } from '../../events/index.ts'
import type { DriverRole } from '../../scheduler/index.ts'
import type { RunArrays } from '../bindings.ts'
import { CancelledError, TaskError } from '../errors.ts'
import { goOnWith } from '../gc/index.ts'
import { cancelKey } from '../keys.ts'
import { readState } from '../state.ts'
import { Lead } from './lead.ts'
import { HeldRole, KEEP_MS } from './role.ts'
import { joinRound, type SharedRun } from './rounds.ts'

/** Workers ask this often, on average, whether somebody drives their run. */
const ASK_MS = 1500

export interface StandInOptions {
  readonly run: SharedRun & { readonly arrays: RunArrays }
  /** Names the process. */
  readonly name: string
  readonly events: EventSink
}

/**
 * Drives a run when nobody else does, as long as this process works on it: the command that started a run may be gone for good, and
 * so may one that resumed it after it had ended.
 */
export class StandIn {
  readonly #options: StandInOptions
  readonly #stop = new AbortController()
  readonly #broken = new AbortController()
  readonly #standing: Promise<void>
  #leads = false

  constructor(options: StandInOptions) {
    this.#options = options
    this.#standing = this.#stand().catch((error: unknown) => this.#broken.abort(error))
  }

  /** Whether this process drives the run at the moment. */
  get leads(): boolean {
    return this.#leads
  }

  /** Raised with what kept this process from driving the run: it is of no use then. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /** Gives the role up, if it is held. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#standing
  }

  async #stand(): Promise<void> {
    const { run, name } = this.#options
    const free = run.coordinated.role(name)
    while (!this.#stop.signal.aborted) {
      const role = await this.#takeAbandoned(free)
      if (role !== undefined) {
        this.#leads = true
        try {
          await this.#drive(role)
        } finally {
          this.#leads = false
          await role.leave()
        }
      }
      const pauseMs = ASK_MS * (0.5 + Math.random())
      await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
    }
  }

  /** A run that was marked as ended while nobody drove it may have a round that is still under way. */
  async #endRound(): Promise<void> {
    await this.#cancelRound()
    await this.#options.run.coordinated.unlist()
  }

  async #cancelRound(): Promise<void> {
    const { run } = this.#options
    const found = await run.coordinated.epoch()
    const round = found?.state === 'running' ? await joinRound(run, found) : undefined
    await round?.cancel()
    await round?.close()
  }

  /** Takes a role that stays free: after a flush of the coordinator, the driver that is there takes it again within a moment. */
  async #takeAbandoned(free: DriverRole): Promise<HeldRole | undefined> {
    if ((await free.holder()) !== undefined) return undefined
    const { store, manifest } = this.#options.run
    // Work that nobody wants need not wait for who records that it ended.
    if ((await store.stat(cancelKey(manifest.id))) !== undefined) await this.#cancelRound()
    await sleep(2 * KEEP_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined)
    return this.#stop.signal.aborted ? undefined : HeldRole.take(free)
  }

  /** @throws what kept this process from driving; how the run ended, when nobody could look that up */
  async #drive(role: HeldRole): Promise<void> {
    const { run, events } = this.#options
    const before = await readState(run.store, run.manifest.id)
    if (before !== undefined && ['done', 'failed', 'cancelled'].includes(before.state)) {
      await this.#endRound()
      return
    }
    // Whoever removes left-overs at this moment is not disturbed, and from now on does not disturb.
    await goOnWith(run.store, run.manifest.id)
    const { arrays } = run
    const lead = new Lead(run, { arrays, role, resumed: true, adopted: 'any', events, signal: this.#stop.signal })
    try {
      const failure = await lead.carryOut()
      const at = Date.now()
      if (failure === undefined) events.emit({ type: 'run-finished', at, state: 'done' })
      else if (failure instanceof CancelledError || failure instanceof TaskError) {
        const state = failure instanceof CancelledError ? 'cancelled' : 'failed'
        events.emit({ type: 'run-finished', at, state, message: failure.message })
      }
      // Those who work on the run leave when its state says that it has ended; here it will go on saying that it runs.
      if (!(await lead.record(failure, true)) && failure !== undefined) throw failure
    } catch (error) {
      if (this.#stop.signal.aborted || isNumpywrenError(error, 'RoleLostError')) return
      throw error
    }
  }
}
