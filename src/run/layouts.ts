import type { Dtype, Extent, KernelRegistry } from '../kernels/index.ts'
import { type CompiledProgram, type Task, type TaskDetail, type TileRef, taskId, tileId } from '../lambdapack/index.ts'
import type { Layout } from '../matrix/index.ts'
import type { Axes } from './axes.ts'
import { LayoutInferenceError, ProgramError } from './errors.ts'
import { fitLayout, type WrittenTile } from './fit-layout.ts'
import { kernelOf, resultExtents } from './operands.ts'

/** The layout of a matrix that a program writes, and how its index addresses it when not position by position. */
export interface InferredLayout {
  readonly layout: Layout
  readonly axes?: Axes
}

export interface InferLayoutsOptions {
  readonly program: CompiledProgram
  readonly kernels: KernelRegistry
  /** Extents and dtype of a tile of a matrix whose layout is known; `undefined` for a matrix that is to be inferred. */
  readonly knownExtent: (tile: TileRef) => Extent | undefined
  /** Of tiles whose operands, if there are any, do not say. */
  readonly dtype: Dtype
}

/**
 * Layouts of the matrices that a program writes and nobody has described: every tile's extents follow from its operands by
 * the kernels' shape rules, the indices written give the box. Takes a few microseconds and a map entry a tile.
 * @throws LayoutInferenceError when the tiles of a matrix do not lie on a grid; ProgramError when operands do not fit
 */
export function inferLayouts(options: InferLayoutsOptions): ReadonlyMap<string, InferredLayout> {
  const extents = new TileExtents(options)
  const written = new Map<string, WrittenTile[]>()
  for (const task of options.program.tasks()) {
    for (const tile of extents.detailOf(task).writes) {
      if (options.knownExtent(tile) !== undefined) continue
      const tiles = written.get(tile.matrix) ?? []
      tiles.push({ index: tile.index, extent: extents.of(tile, task) })
      written.set(tile.matrix, tiles)
    }
  }
  return new Map(
    [...written].map(([name, tiles]) => {
      const grid = options.program.matrices.find((matrix) => matrix.name === name)?.grid
      return [name, fitLayout({ name, tiles, grid, dtype: dtypeOfTiles(name, tiles, options.dtype) })]
    }),
  )
}

/** The one dtype of a matrix's tiles. @throws LayoutInferenceError when there are two */
function dtypeOfTiles(name: string, tiles: readonly WrittenTile[], otherwise: Dtype): Dtype {
  const found = new Map(tiles.map(({ index, extent }) => [extent.dtype ?? otherwise, index]))
  const [[dtype, index], other] = [...found] as [[Dtype, readonly number[]], [Dtype, readonly number[]]?]
  if (other === undefined) return dtype
  throw new LayoutInferenceError(
    `the tiles of ${name} are ${dtype} (as [${index}]) and ${other[0]} (as [${other[1]}]); the tiles of a matrix have one dtype`,
  )
}

/** Extents of every tile, each task's shape rule applied once, operands first. */
class TileExtents {
  readonly #options: InferLayoutsOptions
  readonly #known = new Map<string, Extent>()

  constructor(options: InferLayoutsOptions) {
    this.#options = options
  }

  detailOf(task: Task): TaskDetail {
    return this.#options.program.detail(task)
  }

  /** Extents of a tile that `writer` writes. */
  of(tile: TileRef, writer: Task): Extent {
    const id = tileId(tile)
    const path: Task[] = [writer]
    const onPath = new Set<string>()
    while (!this.#known.has(id)) {
      const task = path.at(-1)!
      const detail = this.detailOf(task)
      const next = this.#unknownWriter(detail)
      if (next === undefined) {
        this.#apply(detail)
        onPath.delete(taskId(task))
        path.pop()
        continue
      }
      onPath.add(taskId(task))
      if (onPath.has(taskId(next)))
        throw new ProgramError(`task ${taskId(next)} waits for itself: the graph of the program has a cycle`)
      path.push(next)
    }
    return this.#known.get(id)!
  }

  #extentOf(tile: TileRef): Extent | undefined {
    return this.#options.knownExtent(tile) ?? this.#known.get(tileId(tile))
  }

  /** The task that must be looked at before this one. */
  #unknownWriter(detail: TaskDetail): Task | undefined {
    for (const read of detail.reads) {
      if (read.absent || this.#extentOf(read) !== undefined) continue
      const writer = this.#options.program.writerOf(read)
      if (writer !== undefined) return writer
      throw new LayoutInferenceError(
        `task ${taskId(detail)} reads ${tileId(read)}, which no task writes, so its extents do not follow from the program; give the layout of ${read.matrix}`,
      )
    }
    return undefined
  }

  #apply(detail: TaskDetail): void {
    const results = resultExtents(detail, kernelOf(detail, this.#options.kernels), {
      extentOf: (tile) => this.#extentOf(tile),
      otherwise: this.#options.dtype,
    })
    for (const [at, tile] of detail.writes.entries()) {
      const extent = results[at]
      if (extent === undefined)
        throw new ProgramError(
          `task ${taskId(detail)} has ${detail.writes.length} targets, but ${detail.kernel} gives ${results.length}`,
        )
      this.#known.set(tileId(tile), extent)
    }
  }
}
