import type { Kernel } from '../registry-types.ts'
import { maxAbs } from '../routines/norms.ts'
import { readScalars } from '../scalars.ts'
import type { Tile } from '../tile.ts'
import { operand, writable } from './operands.ts'
import { everyPresent } from './variadic.ts'

/** The largest of both; NaN when one is. */
const larger = (a: number, b: number): number => (a >= b || Number.isNaN(a) ? a : b)

function asTile(value: number, tile: Tile): Tile {
  tile.data[0] = value
  return tile
}

/** `h = max_abs(A, B, ...)`: the largest magnitude of all elements, 1 x 1; NaN when one is NaN. Absent operands do not count. */
export const maxAbsKernel: Kernel = {
  name: 'max_abs',
  aliases: [],
  minInputs: 1,
  maxInputs: Number.POSITIVE_INFINITY,
  outputs: 1,
  absent: [true],
  scalars: [],
  reuses: [],
  shape(operands, scalars) {
    readScalars('max_abs', {}, scalars)
    everyPresent('max_abs', operands)
    return [{ rows: 1, cols: 1 }]
  },
  flops: (operands) => everyPresent('max_abs', operands).reduce((sum, { rows, cols }) => sum + rows * cols, 0),
  async run(operands, context) {
    const tiles = everyPresent('max_abs', operands)
    let largest = 0
    for (const tile of tiles) largest = larger(await maxAbs(tile), largest)
    return [asTile(largest, context.allocate({ rows: 1, cols: 1 }, tiles[0]))]
  },
}

/** `B, h = copy_max(A)`: A itself and the largest magnitude of its elements, 1 x 1, seen on the way. */
export const copyMaxKernel: Kernel = {
  name: 'copy_max',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 2,
  absent: [false],
  scalars: [],
  reuses: [0],
  shape(operands, scalars) {
    readScalars('copy_max', {}, scalars)
    const { rows, cols } = operand('copy_max', operands, 0, 'A')
    return [
      { rows, cols },
      { rows: 1, cols: 1 },
    ]
  },
  flops(operands) {
    const a = operand('copy_max', operands, 0, 'A')
    return a.rows * a.cols
  },
  async run(operands, context) {
    const a = operand('copy_max', operands, 0, 'A')
    const largest = await maxAbs(a)
    const copy = await writable(operands, 0, a, context)
    return [copy, asTile(largest, context.allocate({ rows: 1, cols: 1 }, a))]
  },
}
