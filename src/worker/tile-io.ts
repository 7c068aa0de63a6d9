import { setTimeout as sleep } from 'node:timers/promises'
import { isNumpywrenError } from '../errors.ts'
import type { EventSink } from '../events/index.ts'
import { findNonFinite, type Tile } from '../kernels/index.ts'
import { type TileRef, tileId } from '../lambdapack/index.ts'
import type { CorruptTileError, TileArray } from '../matrix/index.ts'
import type { MatrixBinding } from './contract.ts'
import { InputTileError, LostTileError, NonFiniteInputError } from './errors.ts'
import { now } from './time.ts'

/** Tries of one store operation before its failure counts as the task's. */
const tries = 4
const firstPauseMs = 50

/** Repeats an operation whose failure is transient, with doubling jittered pauses. */
async function withRetries<T>(operation: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await operation()
    } catch (error) {
      if (failures === tries || !isNumpywrenError(error) || error.category !== 'transient') throw error
      await sleep(firstPauseMs * 2 ** (failures - 1) * (0.5 + Math.random() / 2))
    }
  }
}

/** Bytes may be damaged on their way only: those that look so are read once more. */
async function twiceIfDamaged<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!isNumpywrenError(error, 'CorruptTileError')) throw error
    return read()
  }
}

/** Tiles to and from their arrays: repeats what failed in passing, and says what a missing or damaged tile means. */
export class TileIo {
  readonly #events: EventSink
  readonly #checkFinite: boolean
  readonly #checked = new Set<string>()

  constructor(options: { readonly events: EventSink; readonly checkFinite: boolean }) {
    this.#events = options.events
    this.#checkFinite = options.checkFinite
  }

  /**
   * @param into a buffer of the array's tileBytes
   * @param isWritten whether a task of the program writes the tile: then its absence is a loss even where absent tiles read as zeros
   * @throws InputTileError, LostTileError, NonFiniteInputError or what the store throws
   */
  async read(
    tile: TileRef,
    binding: MatrixBinding,
    { into, isWritten }: { readonly into: ArrayBuffer; readonly isWritten: () => boolean },
  ): Promise<Tile> {
    const { array } = binding
    const found = await this.#stored(tile, binding, into)
    if (found === undefined) {
      if (binding.absentIsFill && !isWritten()) return withRetries(() => array.readTile(tile.index, { into }))
      throw this.#missing(tile, binding, 'is missing')
    }
    if (binding.role === 'input') await this.#expectFinite(tile, array, found)
    return found
  }

  /** @param mayStill asked before each attempt; what it throws ends the write */
  async write(tile: TileRef, binding: MatrixBinding, data: Tile, mayStill?: () => Promise<void>): Promise<void> {
    await withRetries(async () => {
      await mayStill?.()
      await binding.array.putTile(tile.index, data)
    })
  }

  /** @param mayStill asked before each attempt: false leaves the tile where it is */
  async remove(tile: TileRef, binding: MatrixBinding, mayStill: () => boolean = () => true): Promise<void> {
    await withRetries(async () => {
      if (mayStill()) await binding.array.deleteTile(tile.index)
    })
  }

  async #stored(tile: TileRef, binding: MatrixBinding, into: ArrayBuffer): Promise<Tile | undefined> {
    const { array } = binding
    try {
      return await withRetries(() => twiceIfDamaged(() => array.getTile(tile.index, { into })))
    } catch (error) {
      if (!isNumpywrenError(error, 'CorruptTileError')) throw error
      // Damaged bytes count as absent. Those of an output stay until it is written again: an absent tile there reads as zeros.
      if (binding.role === 'intermediate') await this.remove(tile, binding)
      const { index } = error as CorruptTileError
      const isSame = index.join() === tile.index.join()
      throw this.#missing(tile, binding, isSame ? 'is damaged' : `is made of tile [${index}], which is damaged,`, error)
    }
  }

  #missing(tile: TileRef, { role, array }: MatrixBinding, problem: string, cause?: unknown): Error {
    const options = cause === undefined ? undefined : { cause }
    if (role === 'input') return new InputTileError(tileId(tile), array.url, problem, options)
    this.#events.emit({ type: 'tile', what: 'lost', tile: tileId(tile), bytes: array.tileBytes, at: now() })
    return new LostTileError(tile.matrix, tile.index, array.url, problem, options)
  }

  async #expectFinite(ref: TileRef, array: TileArray, tile: Tile): Promise<void> {
    const id = tileId(ref)
    if (!this.#checkFinite || this.#checked.has(id)) return
    const at = await findNonFinite(tile)
    if (at !== undefined) {
      const value = tile.data[at.row + at.col * tile.ld] ?? Number.NaN
      const row = firstRow(array, ref.index) + at.row
      const col = firstCol(array, ref.index) + at.col
      throw new NonFiniteInputError({ tile: id, url: array.url, row, col, value })
    }
    this.#checked.add(id)
  }
}

/** Row of the whole matrix at which a tile starts, from 0. */
export function firstRow(array: TileArray, index: readonly number[]): number {
  return firstElement(array, index, Math.max(0, index.length - 2))
}

/** Column of the whole matrix at which a tile starts, from 0; a vector is a column. */
export function firstCol(array: TileArray, index: readonly number[]): number {
  return index.length === 1 ? 0 : firstElement(array, index, index.length - 1)
}

function firstElement({ layout }: TileArray, index: readonly number[], dimension: number): number {
  return ((index[dimension] ?? 0) - (layout.origin?.[dimension] ?? 0)) * (layout.tile[dimension] ?? 0)
}
