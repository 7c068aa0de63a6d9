import type { Kernel } from '../kernels/index.ts'
import { type CompiledProgram, type TaskDetail, type TileRef, tileId } from '../lambdapack/index.ts'
import type { Lease } from '../scheduler/index.ts'
import type { CachedTile } from './cached-tile.ts'
import { computeOutputs } from './compute.ts'
import type { Durability, MatrixBinding } from './contract.ts'
import { LeaseLostError, MemoryBudgetError, UnboundNameError } from './errors.ts'
import { type Grant, isAlive } from './grant.ts'
import type { Outputs } from './outputs.ts'
import { newMeasures, type TaskMeasures } from './task-measures.ts'
import { TaskResults } from './task-results.ts'
import type { TileCache } from './tile-cache.ts'
import type { TileIo } from './tile-io.ts'
import { elapsed, now } from './time.ts'

/** What every task of a worker shares. */
export interface TaskSurroundings {
  readonly program: CompiledProgram
  readonly kernel: (name: string) => Kernel | undefined
  readonly matrices: ReadonlyMap<string, MatrixBinding>
  readonly memoryBytes: number
  readonly durability: Durability
  readonly sharesMemory: boolean
  /** Tasks that the worker takes on at a time. */
  readonly width: number
  readonly cache: TileCache
  readonly io: TileIo
  /** Whether a task is still this worker's. */
  readonly isHeld: (run: TaskRun) => Promise<boolean>
}

/** A tile of a task with the array it belongs to. */
export interface BoundTile {
  readonly ref: TileRef
  readonly binding: MatrixBinding
}

/** One leased task on its way through read, compute and write. Whoever made it calls the steps in order and `dispose` at the end. */
export class TaskRun {
  /** The grant that counts; replaced when it is renewed, and when the same task is granted again to this worker. */
  grant: Grant
  /** Set when the task is no longer this worker's: the grant was lost or given back, and the result is not wanted. */
  lost = false
  /** Set when the way of this run is over, so that another grant of the task needs another run. */
  ended = false
  stage: 'waiting' | 'computing' | 'computed' = 'waiting'
  /** Whether the completion counted. */
  counted = false
  readonly detail: TaskDetail
  readonly kernel: Kernel
  readonly reads: readonly (BoundTile | undefined)[]
  readonly writes: readonly BoundTile[]
  /** Most bytes of tiles the task holds at once: distinct operands and results. */
  readonly claimBytes: number
  readonly measures: TaskMeasures
  readonly results: TaskResults
  readonly #surroundings: TaskSurroundings
  readonly #pinned = new Map<string, CachedTile>()
  #outputs: Outputs | undefined
  #readFrom = 0

  /** @throws UnboundNameError or MemoryBudgetError */
  constructor(grant: Grant, surroundings: TaskSurroundings) {
    const { lease } = grant
    this.grant = grant
    this.#surroundings = surroundings
    this.detail = surroundings.program.detail(lease.task)
    const kernel = surroundings.kernel(this.detail.kernel)
    if (kernel === undefined)
      throw new UnboundNameError(`task ${lease.id} calls the kernel ${this.detail.kernel}, which is not registered`)
    this.kernel = kernel
    this.reads = this.detail.reads.map((read) => (read.absent ? undefined : this.#bind(read)))
    this.writes = this.detail.writes.map((ref) => this.#bind(ref))
    const distinct = new Map(
      [...this.reads, ...this.writes].flatMap((tile) => (tile ? [[tileId(tile.ref), tile]] : [])),
    )
    this.claimBytes = [...distinct.values()].reduce((sum, { binding }) => sum + binding.array.tileBytes, 0)
    if (this.claimBytes > surroundings.memoryBytes)
      throw new MemoryBudgetError(lease.id, this.claimBytes, surroundings.memoryBytes)
    this.measures = newMeasures()
    this.results = new TaskResults(this, surroundings)
  }

  get lease(): Lease {
    return this.grant.lease
  }

  /** Whether operands must survive the kernel that are in this memory only: another process may have to do this task after all. */
  get keepsUnstored(): boolean {
    return !this.#surroundings.sharesMemory
  }

  /** How long its kernel has been running. */
  get computingMs(): number {
    if (this.stage === 'waiting') return 0
    return (this.stage === 'computing' ? now() : this.measures.computedAt) - this.measures.computeAt
  }

  /** How long it took so far without its waits for memory and for a slot. */
  get workMs(): number {
    return this.measures.readAt - this.#readFrom + now() - this.measures.computeAt
  }

  /** @throws LeaseLostError when the task is no longer this worker's */
  async mustHold(): Promise<void> {
    if (!this.lost && isAlive(this.grant)) return
    if (await this.#surroundings.isHeld(this)) return
    this.lost = true
    this.ended = true
    throw new LeaseLostError(this.lease.id)
  }

  /** True, and the run over, when the task is no longer this worker's. */
  isOff(): boolean {
    if (this.lost) this.ended = true
    return this.lost
  }

  /** Brings every operand into memory and holds it there. */
  async read(): Promise<void> {
    const { cache, program } = this.#surroundings
    this.#readFrom = now()
    const distinct = new Map(this.reads.flatMap((tile) => (tile ? [[tileId(tile.ref), tile]] : [])))
    const results = await Promise.allSettled(
      [...distinct].map(async ([id, { ref, binding }]) => {
        const from = now()
        const { entry, bytesRead } = await cache.pin(ref, binding, () => program.writerOf(ref) !== undefined)
        this.#pinned.set(id, entry)
        this.measures.bytesRead += bytesRead
        if (bytesRead > 0) {
          this.measures.requests++
          this.measures.readMs.push(elapsed(from))
        } else this.measures.cacheHits++
      }),
    )
    this.measures.readAt = now()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  /** Runs the kernel. Operands may be gone from the cache afterwards: their buffers hold the results. */
  async compute(): Promise<void> {
    const operands = this.reads.map((tile) => tile && this.#pinned.get(tileId(tile.ref)))
    this.measures.computeAt = now()
    this.stage = 'computing'
    this.#outputs = await computeOutputs({ run: this, operands, cache: this.#surroundings.cache })
    this.measures.computedAt = now()
    this.stage = 'computed'
    this.measures.flops = this.#outputs.flops
  }

  /** Hands the results on ({@link TaskResults}). @throws LeaseLostError, or what the store throws */
  async publish(): Promise<void> {
    if (this.#outputs === undefined) return
    await this.mustHold()
    await this.results.storeFirst(this.#outputs)
    const outputs = this.#outputs
    this.#outputs = undefined
    this.results.enter(outputs)
  }

  /** Lets go of the operands, so that those nobody reads any more can go. */
  releaseOperands(): void {
    for (const entry of this.#pinned.values()) this.#surroundings.cache.unpin(entry)
    this.#pinned.clear()
  }

  /** Lets go of operands and of results that did not reach the cache. */
  dispose(): void {
    this.releaseOperands()
    this.#outputs?.discard()
    this.#outputs = undefined
  }

  #bind(ref: TileRef): BoundTile {
    const binding = this.#surroundings.matrices.get(ref.matrix)
    if (binding === undefined)
      throw new UnboundNameError(`the matrix ${ref.matrix} of task ${this.lease.id} is bound to no array`)
    return { ref: { matrix: ref.matrix, index: ref.index }, binding }
  }
}
