import { type Dtype, dtypeOf, type Extent, type Tile } from '../kernels/index.ts'
import { bytesPerElement, tileDtype, tileOver } from '../matrix/index.ts'
import type { BoundTile } from './task-run.ts'
import type { TileCache } from './tile-cache.ts'

/** A result tile and whether its buffer is the pool's. */
export interface OutputTile {
  readonly tile: Tile
  readonly pooled: boolean
}

/** The results of a kernel, before they are stored or cached. */
export interface Outputs {
  readonly tiles: readonly OutputTile[]
  readonly flops: number
  /** Gives the buffers back, when the results are not wanted. */
  discard(): void
}

/**
 * Buffers for the results of one task, taken before the kernel runs, because a kernel allocates without waiting.
 * A result gets a buffer of its array's tile size with the leading dimension of a full tile, so that it is stored without
 * a copy; a kernel that asks for anything else gets a buffer that fits.
 */
export class OutputBuffers {
  readonly #cache: TileCache
  readonly #writes: readonly BoundTile[]
  /** One per write, `undefined` once handed out or never taken. */
  readonly #prepared: (ArrayBuffer | undefined)[]
  /** Results that have an operand's buffer. */
  readonly #owned = new Set<number>()
  /** Everything that is out: handed to the kernel or taken from an operand. */
  readonly #out = new Set<ArrayBuffer>()

  constructor(cache: TileCache, writes: readonly BoundTile[]) {
    this.#cache = cache
    this.#writes = writes
    this.#prepared = writes.map(() => undefined)
  }

  /** Takes the buffers of all results but those that will live in an operand's ({@link own}). */
  async prepare(): Promise<void> {
    for (const [i, { binding }] of this.#writes.entries())
      if (!this.#owned.has(i)) this.#prepared[i] = await this.#cache.acquire(binding.array.tileBytes)
  }

  /** Counts an operand's buffer as one for results, this one above all. */
  own(buffer: ArrayBuffer, result: number): void {
    this.#owned.add(result)
    this.#out.add(buffer)
  }

  allocate(extent: Extent, like: Tile, zero: boolean): Tile {
    const dtype = extent.dtype ?? dtypeOf(like)
    const fits = (i: number): boolean => {
      const { array } = this.#writes[i]!.binding
      const wanted = array.extentOf(this.#writes[i]!.ref.index)
      return wanted.rows === extent.rows && wanted.cols === extent.cols && tileDtype(array.layout) === dtype
    }
    const at = this.#prepared.findIndex((buffer, i) => buffer !== undefined && fits(i))
    const tile = at >= 0 ? this.#wholeTile(at, extent) : this.#freeTile(extent, dtype)
    if (zero) tile.data.fill(0)
    return tile
  }

  /** The tile's buffer was handed out here: it is a result now and no longer given back. */
  claim(tile: Tile): boolean {
    return this.#out.delete(tile.data.buffer as ArrayBuffer)
  }

  /** Gives back all that did not become a result. */
  release(): void {
    for (const buffer of this.#prepared) if (buffer !== undefined) this.#cache.giveBack(buffer)
    this.#prepared.fill(undefined)
    for (const buffer of this.#out) this.#cache.giveBack(buffer)
    this.#out.clear()
  }

  #wholeTile(write: number, extent: Extent): Tile {
    const buffer = this.#prepared[write]!
    this.#prepared[write] = undefined
    this.#out.add(buffer)
    return tileOver(buffer, this.#writes[write]!.binding.array.layout, extent)
  }

  #freeTile({ rows, cols }: Extent, dtype: Dtype): Tile {
    const ld = Math.max(1, rows)
    const elements = ld * cols
    const buffer = this.#cache.acquireNow(elements * bytesPerElement(dtype))
    this.#out.add(buffer)
    const data = dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer)
    return { data, rows, cols, ld }
  }
}
