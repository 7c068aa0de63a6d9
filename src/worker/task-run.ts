import type { Kernel } from '../kernels/index.ts'
import { type CompiledProgram, type TaskDetail, type TileRef, tileId } from '../lambdapack/index.ts'
import type { Lease } from '../scheduler/index.ts'
import type { CachedTile } from './cached-tile.ts'
import { computeOutputs } from './compute.ts'
import type { Durability, MatrixBinding } from './contract.ts'
import { MemoryBudgetError, UnboundNameError } from './errors.ts'
import type { Outputs } from './outputs.ts'
import type { TileCache } from './tile-cache.ts'
import type { TileIo } from './tile-io.ts'
import { now } from './time.ts'

/** What every task of a worker shares. */
export interface TaskSurroundings {
  readonly program: CompiledProgram
  readonly kernel: (name: string) => Kernel | undefined
  readonly matrices: ReadonlyMap<string, MatrixBinding>
  readonly memoryBytes: number
  readonly durability: Durability
  readonly cache: TileCache
  readonly io: TileIo
}

/** Times (epoch ms) and amounts of a task, as its event reports them. */
export interface TaskMeasures {
  leasedAt: number
  readAt: number
  computeAt: number
  computedAt: number
  writtenAt: number
  bytesRead: number
  bytesWritten: number
  cacheHits: number
  requests: number
  flops: number
}

/** A tile of a task with the array it belongs to. */
export interface BoundTile {
  readonly ref: TileRef
  readonly binding: MatrixBinding
}

/** Waits for all, then throws the first failure. */
async function settle(promises: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason
}

/** One leased task on its way through read, compute and write. Whoever made it calls the steps in order and `dispose` at the end. */
export class TaskRun {
  /** The grant that counts; replaced when the same task is granted again to this worker. */
  lease: Lease
  /** Set when the grant is known to be lost: the result is not wanted. */
  lost = false
  /** Whether the completion counted. */
  counted = false
  readonly detail: TaskDetail
  readonly kernel: Kernel
  readonly reads: readonly (BoundTile | undefined)[]
  readonly writes: readonly BoundTile[]
  /** Most bytes of tiles the task holds at once: distinct operands and results. */
  readonly claimBytes: number
  readonly measures: TaskMeasures
  readonly #surroundings: TaskSurroundings
  readonly #pinned = new Map<string, CachedTile>()
  #outputs: Outputs | undefined
  readonly #writing: Promise<void>[] = []

  /** @throws UnboundNameError or MemoryBudgetError */
  constructor(lease: Lease, surroundings: TaskSurroundings) {
    this.lease = lease
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
    this.measures = {
      leasedAt: now(),
      readAt: 0,
      computeAt: 0,
      computedAt: 0,
      writtenAt: 0,
      bytesRead: 0,
      bytesWritten: 0,
      cacheHits: 0,
      requests: 0,
      flops: 0,
    }
  }

  /** Brings every operand into memory and holds it there. */
  async read(): Promise<void> {
    const { cache } = this.#surroundings
    const distinct = new Map(this.reads.flatMap((tile) => (tile ? [[tileId(tile.ref), tile]] : [])))
    const results = await Promise.allSettled(
      [...distinct].map(async ([id, { ref, binding }]) => {
        const { entry, bytesRead } = await cache.pin(ref, binding)
        this.#pinned.set(id, entry)
        this.measures.bytesRead += bytesRead
        if (bytesRead > 0) this.measures.requests++
        else this.measures.cacheHits++
      }),
    )
    this.measures.readAt = now()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  /** Runs the kernel. Operands may be gone from the cache afterwards: their buffers hold the results. */
  async compute(): Promise<void> {
    const operands = this.reads.map((tile) => tile && this.#pinned.get(tileId(tile.ref)))
    this.measures.computeAt = now()
    this.#outputs = await computeOutputs({ run: this, operands, cache: this.#surroundings.cache })
    this.measures.computedAt = now()
    this.measures.flops = this.#outputs.flops
  }

  /**
   * Leaves the results in the cache for tasks that read them. With `full` they are durable before that; with `outputs` those of
   * outputs are written from here on, behind the tasks that read them: {@link stored} tells when they are.
   */
  async publish(): Promise<void> {
    const { cache, io, durability } = this.#surroundings
    const outputs = this.#outputs
    if (outputs === undefined) return
    if (durability === 'full') {
      await settle(
        this.writes.map((write, i) => this.#count(io.write(write.ref, write.binding, outputs.tiles[i]!.tile), write)),
      )
    }
    this.#outputs = undefined
    const stored = durability === 'full'
    for (const [i, write] of this.writes.entries()) {
      const entry = cache.insert(write.ref, write.binding, { ...outputs.tiles[i]!, stored })
      if (!stored && entry !== undefined && write.binding.role === 'output') {
        const writing = this.#count(cache.store(entry), write)
        // Whoever waits for `stored` gets the failure.
        writing.catch(() => undefined)
        this.#writing.push(writing)
      }
    }
  }

  /** Resolves when every result that has to lie in the store does. @throws what the store throws */
  async stored(): Promise<void> {
    await settle(this.#writing)
    this.measures.writtenAt = now()
  }

  async #count(writing: Promise<void>, { binding }: BoundTile): Promise<void> {
    await writing
    this.measures.bytesWritten += binding.array.tileBytes
    this.measures.requests++
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
