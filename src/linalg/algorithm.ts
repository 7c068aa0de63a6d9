/** What an algorithm hands to a run: a program, its arguments, and what its matrices are bound to. */

import { InputError } from '../errors.ts'
import { type BigMatrix, column, type Layout, retiled, type TileArray, tileDtype } from '../matrix/index.ts'
import type { Binding, ProgramSource, ViewStep } from '../run/index.ts'
import type { Store } from '../storage/index.ts'
import { link, shippedPrograms, shippedText } from './library.ts'

/** Where a new matrix goes. */
export interface Place {
  readonly store: Store
  readonly path: string
}

/** A run to be started, and what callers call its results. */
export interface Algorithm {
  readonly name: string
  readonly program: ProgramSource
  readonly args: Readonly<Record<string, number>>
  readonly bindings: Readonly<Record<string, Binding>>
  /** Numbers and words of the call, kept in the manifest. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** Name of a result for callers, and the program's parameter that it is; those that the program does not write are left out. */
  readonly results: Readonly<Record<string, string>>
}

const linked = new Map<string, ProgramSource>()

/** A shipped program with all that it calls. */
export function shipped(name: string): ProgramSource {
  const known = linked.get(name)
  if (known !== undefined) return known
  const { text } = link({ name: `${name}.lp`, text: shippedText(name) }, name)
  const source = { text, name, origin: `${name}.lp`, trusted: true }
  linked.set(name, source)
  return source
}

/** Whether a text is that of a shipped program with all that it calls, unchanged. */
export function isShipped({ text, name }: { readonly text: string; readonly name: string }): boolean {
  return shippedPrograms().includes(name) && shipped(name).text === text
}

/** An existing matrix as an operand, seen through views; a vector counts as one column. */
export function input(matrix: BigMatrix, ...view: ViewStep[]): Binding {
  const isVector = matrix.layout.shape.length === 1
  return { store: matrix.store, path: matrix.path, view: isVector ? [{ kind: 'column' }, ...view] : view }
}

/** The same, cut into tiles of this shape if its own are others; `view` is applied after that. */
export function inputTiled(matrix: BigMatrix, tile: readonly [number, number], ...view: ViewStep[]): Binding {
  return isCutAs(matrix, tile) ? input(matrix, ...view) : input(matrix, { kind: 'retiled', tile }, ...view)
}

/** A matrix in tiles of this shape: itself, or a view of it; a vector counts as one column. */
export function tiledAs(array: TileArray, tile: readonly [number, number]): TileArray {
  const matrix = array.layout.shape.length === 1 ? column(array) : array
  return isCutAs(matrix, tile) ? matrix : retiled(matrix, tile)
}

/** True when tiles of this shape hold the same elements as the matrix's own. */
function isCutAs(matrix: TileArray, tile: readonly [number, number]): boolean {
  const { m, n, mb, nb } = dimensions(matrix)
  return Math.min(mb, m) === Math.min(tile[0], m) && Math.min(nb, n) === Math.min(tile[1], n)
}

/** Rows, columns and tile of a matrix; a vector is one column. @throws InputError when it has more than two dimensions */
export function dimensions(matrix: TileArray): {
  m: number
  n: number
  mb: number
  nb: number
  mt: number
  nt: number
} {
  const { shape, tile } = matrix.layout
  if (shape.length > 2) {
    throw new InputError(`${matrix.url} has ${shape.length} dimensions (${shape.join(' x ')}); a matrix of 2 is wanted`)
  }
  const [m = 0, n = 1] = shape
  const [mb = 1, nb = 1] = tile
  const [mt = 0, nt = 1] = matrix.grid
  return { m, n, mb, nb, mt, nt }
}

/**
 * Order and square tiles of a square matrix. Where its own tiles are not square, nb is the side of a square of their size: the
 * matrix is to be read through {@link inputTiled} with [nb, nb]. @throws InputError unless the matrix is square
 */
export function requireSquare(matrix: TileArray, what: string): { n: number; nb: number; nt: number } {
  const { m, n, mb, nb } = dimensions(matrix)
  if (m !== n) throw new InputError(`${what} takes a square matrix; ${matrix.url} is ${m} x ${n}`)
  const side = Math.min(mb, n) === Math.min(nb, n) ? nb : Math.min(n, Math.ceil(Math.sqrt(mb * nb)))
  return { n, nb: side, nt: Math.ceil(n / side) }
}

/** @throws InputError unless two extents agree */
export function requireMatch(
  what: string,
  left: { readonly of: TileArray; readonly extent: number; readonly side: 'rows' | 'columns' },
  right: { readonly of: TileArray; readonly extent: number; readonly side: 'rows' | 'columns' },
): void {
  if (left.extent === right.extent) return
  throw new InputError(
    `${what}: ${left.of.url} has ${left.extent} ${left.side} and ${right.of.url} has ${right.extent} ${right.side}; they must agree`,
  )
}

/** @throws InputError unless all have one dtype */
export function requireSameDtype(what: string, ...matrices: readonly TileArray[]): void {
  const [first] = matrices
  for (const other of matrices) {
    if (first && tileDtype(other.layout) !== tileDtype(first.layout)) {
      throw new InputError(
        `${what}: ${first.url} is ${first.layout.dtype} and ${other.url} is ${other.layout.dtype}; import one of them again with the other's --dtype`,
      )
    }
  }
}

/** Layout of a new matrix. */
export function layoutOf(like: TileArray, shape: readonly [number, number], tile: readonly [number, number]): Layout {
  return { shape, tile, dtype: tileDtype(like.layout) }
}
