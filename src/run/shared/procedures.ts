import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../../storage/index.ts'
import { type RunState, readState, STALE_MS, shownState } from '../state.ts'
import type { Coordination } from './coordination.ts'
import { HeldRole, KEEP_MS } from './role.ts'

export interface ProcedureWatchOptions {
  readonly store: Store
  readonly coordination: Coordination
  /** Names the process. */
  readonly name: string
  /** Carries a procedure on from where it stands, to its end. */
  readonly carryOn: (id: string, signal: AbortSignal) => Promise<void>
  /** A procedure of which nothing is said for so long has nobody. @default as a run whose driver is silent */
  readonly silenceMs?: number | undefined
  /** Told why that did not succeed. */
  readonly onRefused?: ((id: string, reason: Error) => void) | undefined
}

/** Looks after procedures. What comes after a stage is decided by whoever carries the procedure out; when that process is gone, this one takes its place. */
export class ProcedureWatch {
  readonly #options: ProcedureWatchOptions
  readonly #stop = new AbortController()
  readonly #carried = new Map<string, Promise<void>>()
  /** Those that this process failed to carry on: another may do better. */
  readonly #givenUp = new Set<string>()
  /** When those of which nothing was said yet were first seen, in ms. */
  readonly #silentSince = new Map<string, number>()

  constructor(options: ProcedureWatchOptions) {
    this.#options = options
  }

  /** Whether this process carries a procedure on at the moment. */
  get isBusy(): boolean {
    return this.#carried.size > 0
  }

  /** Sees that somebody carries the procedure out. @returns false when it has ended, or this process can do nothing for it */
  async lookAfter(id: string): Promise<boolean> {
    const { store, coordination, name, carryOn, onRefused } = this.#options
    if (this.#carried.has(id)) return true
    const state = await readState(store, id)
    if (state !== undefined && state.state !== 'running') return false
    if (this.#givenUp.has(id)) return false
    if (this.#isCarried(id, state)) return true
    const role = await HeldRole.take(coordination.run({ runId: id, storeUrl: store.url }).role(name))
    if (role === undefined) return true
    const signal = AbortSignal.any([this.#stop.signal, role.signal])
    const carried = carryOn(id, signal)
      .catch((error: unknown) => {
        this.#givenUp.add(id)
        if (!this.#stop.signal.aborted) onRefused?.(id, error as Error)
      })
      .finally(async () => {
        await role.leave()
        this.#carried.delete(id)
      })
    this.#carried.set(id, carried)
    // Its first words tell the others that it is carried on.
    await sleep(KEEP_MS)
    return true
  }

  /** Whoever has recorded a procedure says at once that it carries it out, if it lives so long. */
  #isCarried(id: string, state: RunState | undefined): boolean {
    if (state !== undefined) return shownState(state) === 'running'
    const { silenceMs = STALE_MS } = this.#options
    const since = this.#silentSince.get(id) ?? performance.now()
    this.#silentSince.set(id, since)
    return performance.now() - since < silenceMs
  }

  /** Lets go of what is being carried on. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#carried.values())
  }
}
