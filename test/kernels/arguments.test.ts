import test, { type ExecutionContext } from 'ava'
import {
  addColumnAbsSums,
  copyInto,
  gemm,
  KernelArgumentError,
  potrf,
  rbf,
  setComputeThreads,
  syrk,
  type Tile,
  trsm,
} from '../../src/kernels/index.ts'
import { makeTile, randomTile } from './helpers/tiles.ts'

const refused =
  (routine: string, argument: string, message: RegExp, call: () => Promise<unknown>) => async (t: ExecutionContext) => {
    const error = await t.throwsAsync(call, { instanceOf: KernelArgumentError, message })
    t.is(error.category, 'input')
    t.is(error._tag, 'KernelArgumentError')
    t.is(error.routine, routine)
    t.is(error.argument, argument)
  }

const tile = (rows: number, cols: number): Tile => randomTile(rows, cols, rows * 100 + cols)
const broken = (change: object): Tile => ({ ...tile(4, 4), ...change }) as Tile

test(
  'potrf: not square',
  refused('potrf', 'A', /A is 3x4; a square tile is wanted/, () => potrf(tile(3, 4))),
)
test(
  'ld below rows',
  refused('potrf', 'A', /ld = 3; at least max\(1, rows\) = 4/, () => potrf(broken({ ld: 3 }))),
)
test(
  'ld of zero',
  refused('potrf', 'A', /ld = 0/, () => potrf(broken({ rows: 0, cols: 0, ld: 0 }))),
)
test(
  'short buffer',
  refused('potrf', 'A', /needs 16 elements; its data has 15/, () => potrf(broken({ data: new Float64Array(15) }))),
)
test(
  'dimensions whose product passes 2^32',
  refused('potrf', 'A', /needs/, () => potrf(broken({ rows: 2 ** 30, cols: 2 ** 30, ld: 2 ** 31 - 1 }))),
)
for (const rows of [-1, 1.5, Number.NaN, 2 ** 31, '4', undefined]) {
  test(
    `rows = ${String(rows)}`,
    refused('potrf', 'A', /rows = .*a whole number/, () => potrf(broken({ rows }))),
  )
}
for (const data of [new Int32Array(16), [1, 2], undefined, new ArrayBuffer(128)]) {
  test(
    `data of kind ${Object.prototype.toString.call(data)}`,
    refused('potrf', 'A', /Float64Array/, () => potrf(broken({ data }))),
  )
}
test(
  'no tile at all',
  refused('potrf', 'A', /is no tile/, () => potrf(undefined as unknown as Tile)),
)
test(
  'mixed dtypes',
  refused('gemm', 'B', /float32; float64 is wanted/, () =>
    gemm(
      tile(2, 2),
      tile(2, 2),
      makeTile(2, 2, () => 1, { dtype: 'float32' }),
    ),
  ),
)
test(
  'gemm: inner dimension',
  refused('gemm', 'B', /3x2; 4x2 is wanted/, () => gemm(tile(2, 2), tile(2, 4), tile(3, 2))),
)
test(
  'gemm: rows of A',
  refused('gemm', 'A', /5x4; 2x4/, () => gemm(tile(2, 2), tile(5, 4), tile(4, 2))),
)
test(
  'gemm: transposed A',
  refused('gemm', 'A', /2x4; 2x3/, () => gemm(tile(3, 2), tile(2, 4), tile(2, 2), { transA: true })),
)
test(
  'trsm: triangle of the wrong order',
  refused('trsm', 'T', /3x3; 4x4/, () => trsm(tile(3, 3), tile(4, 2))),
)
test(
  'trsm: from the right',
  refused('trsm', 'T', /4x4; 2x2/, () => trsm(tile(4, 4), tile(4, 2), { side: 'right' })),
)
test(
  'syrk: order of C',
  refused('syrk', 'C', /4x4; 3x3/, () => syrk(tile(4, 4), tile(3, 2))),
)
test(
  'alpha is no number',
  refused('syrk', 'alpha', /a number is wanted/, () => syrk(tile(3, 3), tile(3, 2), { alpha: '1' as never })),
)
test(
  'rbf: lengths',
  refused('rbf', 'yy', /3x1; 2x1/, () => rbf(tile(3, 2), tile(3, 1), tile(3, 1), 1)),
)
test(
  'sums of the wrong length',
  refused('absSums', 'out', /3x1; 2x1/, () => addColumnAbsSums(tile(3, 2), new Float64Array(3))),
)
test('no compute threads', async (t) => {
  await refused('setComputeThreads', 'threads', /from 1 to 256/, async () => setComputeThreads(0))(t)
})

test('an output that overlaps an input is refused, blocks of one matrix that do not are fine', async (t) => {
  const data = new Float64Array(100).map((_, i) => Math.sin(i))
  const block = (row: number, col: number, rows: number, cols: number): Tile => ({
    data: data.subarray(row + 10 * col),
    rows,
    cols,
    ld: 10,
  })
  const cases: [Tile, Tile, boolean][] = [
    [block(0, 0, 5, 5), block(5, 0, 5, 5), true],
    [block(5, 0, 5, 5), block(0, 0, 5, 5), true],
    [block(0, 0, 5, 5), block(0, 5, 5, 5), true],
    [block(5, 0, 5, 5), block(0, 5, 5, 5), true],
    [block(0, 5, 5, 5), block(5, 0, 5, 5), true],
    [block(0, 0, 5, 5), block(0, 0, 5, 5), false],
    [block(0, 0, 5, 5), block(4, 4, 5, 5), false],
    [block(4, 4, 5, 5), block(0, 0, 5, 5), false],
    [block(4, 0, 5, 5), block(0, 4, 5, 5), false],
    [block(0, 4, 5, 5), block(4, 0, 5, 5), false],
    // Rows that run past the leading dimension go on in the next column.
    [block(0, 1, 3, 3), block(8, 0, 3, 3), false],
    [block(8, 0, 3, 3), block(0, 1, 3, 3), false],
    [block(1, 1, 3, 3), block(8, 0, 3, 3), true],
    // Another leading dimension over the same memory.
    [block(0, 0, 5, 5), { data: data.subarray(5), rows: 5, cols: 5, ld: 5 }, false],
  ]
  for (const [output, input, isFine] of cases) {
    if (isFine) await t.notThrowsAsync(copyInto(output, input))
    else await t.throwsAsync(copyInto(output, input), { instanceOf: KernelArgumentError, message: /shares memory/ })
  }
})

test('a buffer that was detached before the call is refused', async (t) => {
  const a = tile(3, 3)
  structuredClone(a.data, { transfer: [a.data.buffer as ArrayBuffer] })
  await t.throwsAsync(potrf(a), { instanceOf: KernelArgumentError, message: /detached/ })
})

test('buffers that are transferred while their call waits or runs give an error, not a crash', async (t) => {
  const calls: Promise<void>[] = []
  for (let i = 0; i < 12; i++) {
    const c = makeTile(300, 300, () => 0)
    const a = randomTile(300, 300, i)
    const b = randomTile(300, 300, i + 1)
    calls.push(gemm(c, a, b))
    // Moved elsewhere and dropped at once: the memory must outlive the call all the same.
    const buffer = c.data.buffer as unknown as { transfer(length?: number): ArrayBuffer }
    buffer.transfer(i % 2 === 0 ? 8 : undefined)
    structuredClone(a.data.buffer, { transfer: [a.data.buffer as ArrayBuffer] })
  }
  for (let i = 0; i < 50; i++) new Float64Array(1 << 16).fill(i)
  for (const outcome of await Promise.allSettled(calls)) {
    t.is(outcome.status, 'rejected')
    if (outcome.status === 'rejected') {
      t.true(outcome.reason instanceof KernelArgumentError)
      t.regex(outcome.reason.message, /detached/)
    }
  }
})
