import type { Dtype, Extent } from '../kernels/index.ts'
import type { Axes } from './axes.ts'
import { LayoutInferenceError } from './errors.ts'
import type { InferredLayout } from './layouts.ts'

export interface WrittenTile {
  readonly index: readonly number[]
  readonly extent: Extent
}

export interface FitLayoutOptions {
  /** Of the matrix, for messages. */
  readonly name: string
  /** At least one. */
  readonly tiles: readonly WrittenTile[]
  /** Declared extents in tiles, when there are. */
  readonly grid: readonly number[] | undefined
  readonly dtype: Dtype
}

/** How the rows (or columns) of tiles go with one position of the index: `full` each, `last` at its largest value. */
interface Rule {
  /** Position in the index; `null`: the same whatever the index. */
  readonly axis: number | null
  readonly full: number
  readonly last: number
}

/** Smallest and largest value of each position of the index. */
interface Box {
  readonly min: readonly number[]
  readonly max: readonly number[]
}

/**
 * The array that holds these tiles: positions of the index that are not its rows or columns are leading dimensions with
 * tile extent 1. The last two positions are rows and columns where that fits, else whichever do.
 * @throws LayoutInferenceError when no positions of the index explain the extents
 */
export function fitLayout({ name, tiles, grid, dtype }: FitLayoutOptions): InferredLayout {
  const written = boxOf(tiles)
  const box = grid === undefined ? written : { min: grid.map(() => 0), max: grid.map((count) => count - 1) }
  const [rows, cols] = rulesOf(name, tiles, { written, box })
  const rank = box.min.length
  const stack = Array.from({ length: rank }, (_, axis) => axis).filter((at) => at !== rows.axis && at !== cols.axis)
  const axes: Axes = [...stack, rows.axis, cols.axis]
  const count = (axis: number): number => box.max[axis]! - box.min[axis]! + 1
  const extent = ({ axis, full, last }: Rule): number => {
    if (axis === null) return full
    const isRagged = box.max[axis] === written.max[axis]
    return (count(axis) - 1) * full + (isRagged ? last : full)
  }
  const origin = axes.map((axis) => (axis === null ? 0 : box.min[axis]!))
  const layout = {
    shape: [...stack.map(count), extent(rows), extent(cols)],
    tile: [...stack.map(() => 1), rows.full, cols.full],
    dtype,
    ...(origin.some((at) => at !== 0) ? { origin } : {}),
  }
  const isIdentity = axes.length === rank && axes.every((axis, at) => axis === at)
  return isIdentity ? { layout } : { layout, axes }
}

function boxOf(tiles: readonly WrittenTile[]): Box {
  const min = [...tiles[0]!.index]
  const max = [...min]
  for (const { index } of tiles) {
    for (const [at, value] of index.entries()) {
      min[at] = Math.min(min[at]!, value)
      max[at] = Math.max(max[at]!, value)
    }
  }
  return { min, max }
}

/** Rules for rows and columns that go with different positions. */
function rulesOf(
  name: string,
  tiles: readonly WrittenTile[],
  boxes: { readonly written: Box; readonly box: Box },
): readonly [Rule, Rule] {
  const rank = boxes.box.min.length
  const others = Array.from({ length: Math.max(0, rank - 2) }, (_, axis) => axis)
  const rowAxes = rank === 1 ? [0, null] : [rank - 2, ...others, rank - 1, null]
  const colAxes = rank === 1 ? [null, 0] : [rank - 1, ...others, rank - 2, null]
  for (const rowAxis of rowAxes) {
    const rows = ruleFor(rowAxis, tiles, boxes, 'rows')
    if (rows === undefined) continue
    for (const colAxis of colAxes) {
      if (colAxis !== null && colAxis === rowAxis) continue
      const cols = ruleFor(colAxis, tiles, boxes, 'cols')
      if (cols !== undefined) return [rows, cols]
    }
  }
  const sample = [...new Set(tiles.map(({ extent }) => `${extent.rows}x${extent.cols}`))].slice(0, 4).join(', ')
  throw new LayoutInferenceError(
    `the tiles of ${name} do not lie on a grid: their extents (${sample}) are not one size with smaller ones only at the end of a row or column index; choose tiles that divide the matrix evenly`,
  )
}

function ruleFor(
  axis: number | null,
  tiles: readonly WrittenTile[],
  { written, box }: { readonly written: Box; readonly box: Box },
  side: 'rows' | 'cols',
): Rule | undefined {
  let full: number | undefined
  let last: number | undefined
  for (const { index, extent } of tiles) {
    const value = extent[side]
    if (axis !== null && index[axis] === written.max[axis]) {
      last ??= value
      if (last !== value) return undefined
    } else {
      full ??= value
      if (full !== value) return undefined
    }
  }
  const whole = full ?? last!
  const end = last ?? whole
  // A smaller tile must be the last one of the array, not only of what is written.
  const fits = end === whole || (end < whole && (axis === null || written.max[axis] === box.max[axis]))
  return fits ? { axis, full: whole, last: end } : undefined
}
