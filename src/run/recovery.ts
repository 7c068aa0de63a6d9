import { isNumpywrenError } from '../errors.ts'
import { type CompiledProgram, type Task, type TileRef, taskId, tileId } from '../lambdapack/index.ts'
import type { TileArray } from '../matrix/index.ts'
import type { BoundMatrix } from '../providers/index.ts'
import { forEachLimit } from '../util/index.ts'
import { AxesView } from './axes.ts'

/** Tiles read at the same time to verify them. */
const CONCURRENCY = 4

export interface RecoveryOptions {
  readonly program: CompiledProgram
  readonly matrices: ReadonlyMap<string, BoundMatrix>
  /** Read every output tile, and every intermediate tile that the plan builds on, to see that it is sound. */
  readonly verify: boolean
  /** Ids of tiles that were once found damaged or lost: they are read whatever `verify` says, and damaged ones are added. */
  readonly suspects: Set<string>
  /** Told of a damaged tile that was no suspect yet. */
  readonly onDamaged: (tile: TileRef, bytes: number) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * What is left to do, derived from the tiles that exist: walks back from the missing output tiles through the tasks that
 * write them and stops at tiles that are there. Inputs are always there.
 * @returns ids of the tasks to do; empty when every output tile exists
 */
export async function planRecovery(options: RecoveryOptions): Promise<ReadonlySet<string>> {
  const { program, matrices, signal } = options
  const todo = new Set<string>()
  const stored = new Map<string, StoredTiles>()
  for (const [name, { role, array }] of matrices)
    if (role !== 'input') stored.set(name, await StoredTiles.list(array, signal))
  const stack: Task[] = []
  const add = (task: Task): void => {
    const id = taskId(task)
    if (todo.has(id)) return
    todo.add(id)
    stack.push(task)
  }
  await verifyOutputs(options, stored)
  for (const { name, role } of program.matrices) {
    if (role !== 'output') continue
    for (const task of missingWriters(program, name, matrices.get(name)!.array, stored.get(name)!)) add(task)
  }
  while (stack.length > 0) {
    signal?.throwIfAborted()
    for (const read of program.detail(stack.pop()!).reads) {
      const tiles = stored.get(read.matrix)
      if (read.absent || tiles === undefined) continue
      const isIntermediate = matrices.get(read.matrix)?.role === 'intermediate'
      if (isIntermediate && tiles.isUnread(read) && isInDoubt(options, read)) await verifyTile(options, read, tiles)
      if (tiles.has(read)) continue
      const writer = program.writerOf(read)
      if (writer !== undefined) add(writer)
    }
  }
  return todo
}

/** Tasks that write tiles of an output that are not stored. */
function* missingWriters(
  program: CompiledProgram,
  matrix: string,
  array: TileArray,
  stored: StoredTiles,
): Generator<Task> {
  for (const index of indicesOf(array)) {
    const tile = { matrix, index }
    const writer = stored.has(tile) ? undefined : program.writerOf(tile)
    if (writer !== undefined) yield writer
  }
}

async function verifyOutputs(options: RecoveryOptions, stored: ReadonlyMap<string, StoredTiles>): Promise<void> {
  for (const [matrix, tiles] of stored) {
    if (options.matrices.get(matrix)?.role !== 'output') continue
    const refs = tiles
      .indices()
      .map((index) => ({ matrix, index }))
      .filter((tile) => isInDoubt(options, tile))
    await forEachLimit(refs, CONCURRENCY, (tile) => verifyTile(options, tile, tiles))
  }
}

function isInDoubt({ verify, suspects }: RecoveryOptions, tile: TileRef): boolean {
  return verify || suspects.has(tileId(tile))
}

/**
 * Reads a tile; one that is damaged counts as absent. It stays where it is until its task writes it again: should that
 * never happen, whoever reads the matrix hears of the damage, while an absent tile would read as zeros.
 */
async function verifyTile(
  { matrices, suspects, onDamaged, signal }: RecoveryOptions,
  tile: TileRef,
  tiles: StoredTiles,
): Promise<void> {
  const { array } = matrices.get(tile.matrix)!
  try {
    if ((await array.getTile(tile.index, { signal })) === undefined) tiles.forget(tile)
    else tiles.markRead(tile)
  } catch (error) {
    if (!isNumpywrenError(error, 'CorruptTileError')) throw error
    tiles.forget(tile)
    const id = tileId(tile)
    if (!suspects.has(id)) onDamaged(tile, array.tileBytes)
    suspects.add(id)
  }
}

/** The tiles of one array that exist, from one listing, and which of them were read since. */
class StoredTiles {
  readonly #tiles: Map<string, { readonly index: readonly number[]; isRead: boolean }>

  private constructor(tiles: Map<string, { readonly index: readonly number[]; isRead: boolean }>) {
    this.#tiles = tiles
  }

  static async list(array: TileArray, signal: AbortSignal | undefined): Promise<StoredTiles> {
    const tiles = new Map<string, { readonly index: readonly number[]; isRead: boolean }>()
    for await (const { index } of array.storedTiles({ signal })) tiles.set(index.join(), { index, isRead: false })
    return new StoredTiles(tiles)
  }

  has(tile: TileRef): boolean {
    return this.#tiles.has(tile.index.join())
  }

  isUnread(tile: TileRef): boolean {
    return this.#tiles.get(tile.index.join())?.isRead === false
  }

  indices(): (readonly number[])[] {
    return [...this.#tiles.values()].map(({ index }) => index)
  }

  markRead(tile: TileRef): void {
    const entry = this.#tiles.get(tile.index.join())
    if (entry !== undefined) entry.isRead = true
  }

  forget(tile: TileRef): void {
    this.#tiles.delete(tile.index.join())
  }
}

/** Every index of an array as the program writes it. */
function* indicesOf(array: TileArray): Generator<readonly number[]> {
  const { grid, layout } = array
  const total = grid.reduce((product, count) => product * count, 1)
  for (let at = 0; at < total; at++) {
    const index: number[] = []
    let rest = at
    for (let dimension = grid.length - 1; dimension >= 0; dimension--) {
      index[dimension] = (rest % grid[dimension]!) + (layout.origin?.[dimension] ?? 0)
      rest = Math.floor(rest / grid[dimension]!)
    }
    yield array instanceof AxesView ? array.fromBase(index) : index
  }
}
