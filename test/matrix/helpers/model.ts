/** A naive dense model of an array, to compare with. */

import fc from 'fast-check'
import type { Layout, Range } from '../../../src/matrix/index.ts'

/** Row-major elements at the given ranges of a row-major array. */
export function slice(data: ArrayLike<number>, shape: readonly number[], ranges: readonly Range[]): number[] {
  const result: number[] = []
  forEachIndex(ranges, (index) => {
    result.push(data[offsetOf(index, shape)]!)
  })
  return result
}

/** Writes row-major values into the given ranges of a row-major array. */
export function assign(
  data: number[],
  shape: readonly number[],
  ranges: readonly Range[],
  values: readonly number[],
): void {
  let next = 0
  forEachIndex(ranges, (index) => {
    data[offsetOf(index, shape)] = values[next++]!
  })
}

/** Whole numbers counted from a start, which every type holds exactly. */
export function counting(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, i) => from + i)
}

/** All that an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Shapes with tiles that need not divide them, of one to four dimensions. */
export const layouts: fc.Arbitrary<Layout> = fc.integer({ min: 1, max: 4 }).chain((dimensions) =>
  fc.record({
    shape: fc.array(fc.integer({ min: 1, max: dimensions > 2 ? 5 : 9 }), {
      minLength: dimensions,
      maxLength: dimensions,
    }),
    tile: fc
      .array(fc.integer({ min: 1, max: 5 }), { minLength: dimensions, maxLength: dimensions })
      .map((tile) => tile.map((extent, dimension) => (dimension < dimensions - 2 ? 1 : extent))),
    dtype: fc.constantFrom('float64' as const, 'float32' as const),
  }),
)

/** Ranges, possibly empty, within a shape. */
export function rangesIn(shape: readonly number[]): fc.Arbitrary<Range[]> {
  return fc
    .tuple(...shape.map((extent) => fc.tuple(fc.nat(extent), fc.nat(extent))))
    .map((pairs) => pairs.map(([a, b]): Range => [Math.min(a, b), Math.max(a, b)]))
}

function offsetOf(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((offset, at, dimension) => offset * shape[dimension]! + at, 0)
}

function forEachIndex(ranges: readonly Range[], visit: (index: number[]) => void, index: number[] = []): void {
  const range = ranges[index.length]
  if (range === undefined) visit(index)
  else for (let at = range[0]; at < range[1]; at++) forEachIndex(ranges, visit, [...index, at])
}
