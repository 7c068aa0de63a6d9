import { dtypeOf, type Extent, type Kernel, NotPositiveDefiniteError, type Tile } from '../kernels/index.ts'
import { tileId } from '../lambdapack/index.ts'
import { fullTile, tileDtype } from '../matrix/index.ts'
import type { CachedTile } from './cached-tile.ts'
import { KernelOutputError } from './errors.ts'
import { OutputBuffers, type Outputs, type OutputTile } from './outputs.ts'
import type { BoundTile, TaskRun } from './task-run.ts'
import type { TileCache } from './tile-cache.ts'
import { firstRow } from './tile-io.ts'

/** Runs a task's kernel on its operands. @throws what the kernel throws, with the tile named; KernelOutputError */
export async function computeOutputs(task: {
  readonly run: TaskRun
  readonly operands: readonly (CachedTile | undefined)[]
  readonly cache: TileCache
}): Promise<Outputs> {
  const { run, operands, cache } = task
  const { kernel, writes } = run
  const { scalars } = run.detail
  const tiles = operands.map((entry) => entry?.tile)
  const flops = kernel.flops(extentsOf(tiles), scalars)
  const buffers = new OutputBuffers(cache, writes)
  const donated = donate(run, operands, { buffers, cache })
  try {
    await buffers.prepare()
    const results = await kernel
      .run(tiles, {
        scalars,
        donated,
        allocate: (extent, like, zero = false) => buffers.allocate(extent, like, zero),
      })
      .catch((error: unknown) => {
        throw located(error, writes)
      })
    checkResults(kernel, writes, results)
    const outputs = results.map((tile, i) => own(tile, i, { tiles, buffers, cache, run }))
    const discard = (): void => {
      for (const output of outputs) cache.discard(output)
    }
    return { tiles: outputs, flops, discard }
  } finally {
    buffers.release()
  }
}

/**
 * Hands the buffers of operands that nobody reads after this task to the kernel, each for a result of its size; those results get
 * no buffer of their own. What is stored nowhere stays where other processes would miss it should this task end elsewhere. @returns which operands were handed over
 */
function donate(
  run: TaskRun,
  operands: readonly (CachedTile | undefined)[],
  { buffers, cache }: { readonly buffers: OutputBuffers; readonly cache: TileCache },
): boolean[] {
  const donated = operands.map(() => false)
  const targets = new Set(run.writes.keys())
  for (const position of run.kernel.reuses) {
    const entry = operands[position]
    if (entry === undefined || !run.lease.soleReads.includes(position)) continue
    if (entry.state === 'dirty' && run.keepsUnstored) continue
    const target = [...targets].find((at) => {
      const { layout, tileBytes } = run.writes[at]!.binding.array
      const isSameType = dtypeOf(entry.tile) === tileDtype(layout)
      return isSameType && cache.donate(entry, tileBytes, fullTile(layout).rows)
    })
    if (target === undefined) continue
    targets.delete(target)
    buffers.own(entry.tile.data.buffer as ArrayBuffer, target)
    donated[position] = true
  }
  return donated
}

/** A result tile, with the question answered whose its buffer is. */
function own(
  tile: Tile,
  position: number,
  {
    tiles,
    buffers,
    cache,
    run,
  }: {
    readonly tiles: readonly (Tile | undefined)[]
    readonly buffers: OutputBuffers
    readonly cache: TileCache
    readonly run: TaskRun
  },
): OutputTile {
  if (buffers.claim(tile)) return { tile, pooled: true }
  if (tiles.some((operand) => operand?.data.buffer === tile.data.buffer))
    throw new KernelOutputError(
      `kernel ${run.kernel.name} (task ${run.lease.id}) gave an operand that was not donated to it as result ${position}; a copy is wanted`,
    )
  cache.adopt(tile.data.buffer.byteLength)
  return { tile, pooled: false }
}

function checkResults(kernel: Kernel, writes: readonly BoundTile[], results: readonly Tile[]): void {
  if (results.length !== writes.length)
    throw new KernelOutputError(`kernel ${kernel.name} gave ${results.length} tiles; its task writes ${writes.length}`)
  for (const [i, { ref, binding }] of writes.entries()) {
    const wanted = binding.array.extentOf(ref.index)
    const { rows, cols } = results[i]!
    const dtype = dtypeOf(results[i]!)
    const wantedDtype = tileDtype(binding.array.layout)
    if (dtype !== wantedDtype)
      throw new KernelOutputError(
        `kernel ${kernel.name} gave ${dtype} elements for tile ${tileId(ref)}; ${wantedDtype} is wanted in ${binding.array.url}`,
      )
    if (rows !== wanted.rows || cols !== wanted.cols)
      throw new KernelOutputError(
        `kernel ${kernel.name} gave ${rows}x${cols} elements for tile ${tileId(ref)}; ${wanted.rows}x${wanted.cols} are wanted in ${binding.array.url}`,
      )
  }
}

/** Extents of operands; operands that are one tile have one extent. */
function extentsOf(tiles: readonly (Tile | undefined)[]): readonly (Extent | undefined)[] {
  const extents = new Map<Tile, Extent>()
  for (const tile of tiles)
    if (tile !== undefined) extents.set(tile, { rows: tile.rows, cols: tile.cols, dtype: dtypeOf(tile) })
  return tiles.map((tile) => tile && extents.get(tile))
}

/** The kernel knows the row within the tile only; the task knows which tile it was. */
function located(error: unknown, writes: readonly BoundTile[]): unknown {
  const target = writes[0]
  if (!(error instanceof NotPositiveDefiniteError) || target === undefined) return error
  const { ref, binding } = target
  return error.at({ tile: ref.index, globalRow: firstRow(binding.array, ref.index) + error.row })
}
