import test from 'ava'
import { createRegistry, dtypeOf, type Kernel, kernelRegistry } from '../../src/kernels/index.ts'
import { BigMatrix, type Layout } from '../../src/matrix/index.ts'
import { type Binding, type Run, startRun } from '../../src/run/index.ts'
import { MemoryStore, type Store } from '../../src/storage/index.ts'
import { provider, resume, runOptions } from '../helpers/driven-cholesky.ts'

type Dtype = 'float64' | 'float32'

/** Operands whose buffer was handed to `pivots_and_twice`, for its second result. */
let donations = 0

/** Position of the largest magnitude of each column, and the tile scaled by 2: a result of another dtype beside one of the same. */
const pivotsAndTwice: Kernel = {
  name: 'pivots_and_twice',
  aliases: [],
  minInputs: 1,
  maxInputs: 1,
  outputs: 2,
  absent: [false],
  reuses: [0],
  shape: ([a]) => [
    { rows: a!.cols, cols: 1, dtype: 'float64' },
    { rows: a!.rows, cols: a!.cols },
  ],
  flops: () => 0,
  async run([a], context) {
    const pivots = context.allocate({ rows: a!.cols, cols: 1, dtype: 'float64' }, a!)
    if (context.donated[0]) donations++
    const twice = context.donated[0] ? a! : context.allocate(a!, a!)
    for (let c = 0; c < a!.cols; c++) {
      const column = Array.from({ length: a!.rows }, (_, r) => a!.data[r + c * a!.ld]!)
      pivots.data[c] = column.indexOf(Math.max(...column))
      for (const [r, value] of column.entries()) twice.data[r + c * twice.ld] = 2 * value
    }
    return [pivots, twice]
  },
}

/** Takes a matrix of either dtype and float64 positions. */
const addPivots: Kernel = {
  ...pivotsAndTwice,
  name: 'add_pivots',
  minInputs: 2,
  maxInputs: 2,
  outputs: 1,
  reuses: [0],
  mixesDtypes: true,
  shape: ([a]) => [{ rows: a!.rows, cols: a!.cols }],
  async run([a, p], context) {
    const result = context.allocate(a!, a!)
    for (let c = 0; c < a!.cols; c++)
      for (let r = 0; r < a!.rows; r++) result.data[r + c * result.ld] = a!.data[r + c * a!.ld]! + p!.data[c]!
    return [result]
  },
}

const kernels = createRegistry([...kernelRegistry.list(), pivotsAndTwice, addPivots])

async function storeMatrix(store: Store, name: string, dtype: Dtype, n = 5): Promise<BigMatrix> {
  const A = await BigMatrix.create(store, name, { shape: [n, n], tile: [2, 2], dtype })
  await A.write(Float64Array.from({ length: n * n }, (_, at) => ((at * 7) % 11) / 3))
  return A
}

function start(
  store: Store,
  text: string,
  bindings: Record<string, Binding>,
  more: { durability?: 'full' | 'outputs'; intermediates?: Record<string, Layout> } = {},
): Promise<Run> {
  const { durability = 'outputs', intermediates } = more
  const options = { ...runOptions, durability }
  return startRun({ store, program: { text }, args: {}, bindings, kernels, provider, options, intermediates })
}

const pivoted = `
def f(A: BigMatrix, B: BigMatrix, P: BigMatrix, T: BigMatrix):
    for i in range(0, 3):
        for j in range(0, 3):
            P[i, j], T[i, j] = pivots_and_twice(A[i, j])
            B[i, j] = add_pivots(T[i, j], P[i, j])
    return B, P
`

for (const dtype of ['float64', 'float32'] as const)
  for (const durability of ['full', 'outputs'] as const)
    test(`tiles of two dtypes in one run of ${dtype}, ${durability}`, async (t) => {
      const store = new MemoryStore()
      const A = await storeMatrix(store, 'A', dtype)
      // P[i, j] is one column of pivots: its rows go with j and its columns with i.
      const text = pivoted.replaceAll('P[i, j]', 'P[j, i]')
      const run = await start(store, text, { A: { path: 'A' }, B: { path: 'B' }, P: { path: 'P' } }, { durability })
      await run.wait()
      const [B, P] = [await BigMatrix.open(store, 'B'), await BigMatrix.open(store, 'P')]
      t.is(B.layout.dtype, dtype)
      t.true(donations > 0)
      t.deepEqual(P.layout, { shape: [5, 3], tile: [2, 1], dtype: 'float64' })
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++) {
          const [a, b, p] = [await A.readTile([i, j]), await B.readTile([i, j]), await P.readTile([j, i])]
          t.is(dtypeOf(b), dtype)
          for (let c = 0; c < a.cols; c++)
            for (let r = 0; r < a.rows; r++) {
              const sum = 2 * a.data[r + c * a.ld]! + p.data[c]!
              t.is(b.data[r + c * b.ld], dtype === 'float64' ? sum : Math.fround(sum))
            }
        }
      await store.delete('B/c/2/2')
      t.true((await (await resume(store, run.id, { kernels })).wait()).tasks >= 1)
      t.is((await B.readTile([2, 2])).rows, 1)
    })

const convertAndAdd = `
def f(A: BigMatrix, H: BigMatrix, C: BigMatrix, W: BigMatrix):
    for i in range(0, 3):
        for j in range(0, 3):
            W[i, j] = convert(H[i, j], to=64)
            C[i, j] = add(A[i, j], W[i, j])
    return C
`

test('inputs of two dtypes meet after a conversion', async (t) => {
  const store = new MemoryStore()
  const A = await storeMatrix(store, 'A', 'float64')
  const H = await storeMatrix(store, 'H', 'float32')
  const run = await start(store, convertAndAdd, { A: { path: 'A' }, H: { path: 'H' }, C: { path: 'C' } })
  await run.wait()
  const C = await BigMatrix.open(store, 'C')
  t.is(C.layout.dtype, 'float64')
  const [a, h] = [await A.read(), await H.read()]
  t.deepEqual(
    [...(await C.read()).data],
    [...a.data].map((value, at) => value + h.data[at]!),
  )
})

test('operands of two dtypes are refused before anything is written, both named', async (t) => {
  const store = new MemoryStore()
  await storeMatrix(store, 'A', 'float64')
  await storeMatrix(store, 'H', 'float32')
  const text = 'def f(A: BigMatrix, H: BigMatrix, C: BigMatrix):\n    C[0, 0] = add(A[0, 0], H[0, 0])\n    return C\n'
  const bindings = { A: { path: 'A' }, H: { path: 'H' }, C: { path: 'C' } }
  const wanted = { name: 'InputError', message: /A is float64 and H is float32, but the kernel add/ }
  await t.throwsAsync(start(store, text, bindings), wanted)
  const layout: Layout = { shape: [2, 2], tile: [2, 2], dtype: 'float64' }
  await t.throwsAsync(start(store, text, { ...bindings, C: { path: 'C', layout } }), wanted)
  for await (const { key } of store.list('')) t.regex(key, /^[AH]\//)
})

test('a layout that says another dtype than the kernel gives is refused', async (t) => {
  const store = new MemoryStore()
  await storeMatrix(store, 'A', 'float64')
  const text = 'def f(A: BigMatrix, C: BigMatrix):\n    C[0, 0] = convert(A[0, 0], to=32)\n    return C\n'
  const layout: Layout = { shape: [2, 2], tile: [2, 2], dtype: 'float64' }
  await t.throwsAsync(start(store, text, { A: { path: 'A' }, C: { path: 'C', layout } }), {
    name: 'ProgramError',
    message: /writes float32 tiles \(kernel convert\) to C, whose layout says float64/,
  })
})

test('a matrix has tiles of one dtype', async (t) => {
  const store = new MemoryStore()
  await storeMatrix(store, 'A', 'float64')
  const text =
    'def f(A: BigMatrix, C: BigMatrix):\n    C[0, 0] = convert(A[0, 0], to=32)\n    C[0, 1] = copy(A[0, 1])\n    return C\n'
  await t.throwsAsync(start(store, text, { A: { path: 'A' }, C: { path: 'C' } }), {
    name: 'LayoutInferenceError',
    message: /tiles of C are float32 \(as \[0,0\]\) and float64 \(as \[0,1\]\)/,
  })
})
