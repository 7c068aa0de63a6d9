import test from 'ava'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { compile, inline, parse } from '../../src/lambdapack/index.ts'
import { BigMatrix } from '../../src/matrix/index.ts'
import { type InferredLayout, inferLayouts, type Run, startRun } from '../../src/run/index.ts'
import { MemoryStore } from '../../src/storage/index.ts'
import { provider, resume, runOptions } from '../helpers/driven-cholesky.ts'

type Shape = readonly [shape: readonly number[], tile: readonly number[]]

function infer(
  text: string,
  args: Record<string, number>,
  inputs: Record<string, Shape>,
): ReadonlyMap<string, InferredLayout> {
  const program = compile(inline(parse({ name: 't.lp', text }).module), args, { source: text })
  const store = new MemoryStore()
  const arrays = new Map(
    Object.entries(inputs).map(([name, [shape, tile]]) => [
      name,
      BigMatrix.attach(store, name, { shape, tile, dtype: 'float64' }),
    ]),
  )
  return inferLayouts({
    program,
    kernels: kernelRegistry,
    knownExtent: ({ matrix, index }) => arrays.get(matrix)?.extentOf(index),
    dtype: 'float64',
  })
}

const cholesky = `
def cholesky(A: BigMatrix, L: BigMatrix, S: BigMatrix, N: int):
    for i in range(0, N):
        if i == 0:
            L[0, 0] = potrf(A[0, 0])
        else:
            L[i, i] = potrf(S[i, i, i])
        for j in range(i + 1, N):
            if i == 0:
                L[j, 0] = trsm(L[0, 0], A[j, 0])
            else:
                L[j, i] = trsm(L[i, i], S[i, j, i])
            for k in range(i + 1, j + 1):
                if i == 0:
                    S[1, j, k] = syrk(A[j, k], L[j, 0], L[k, 0])
                else:
                    S[i + 1, j, k] = syrk(S[i, j, k], L[j, i], L[k, i])
    return L
`

test('a grid with ragged edges, and a stack that starts where the program starts', (t) => {
  const layouts = infer(
    cholesky,
    { N: 4 },
    {
      A: [
        [70, 70],
        [20, 20],
      ],
    },
  )
  t.deepEqual(layouts.get('L'), { layout: { shape: [70, 70], tile: [20, 20], dtype: 'float64' } })
  t.deepEqual(layouts.get('S'), {
    layout: { shape: [3, 50, 50], tile: [1, 20, 20], dtype: 'float64', origin: [1, 1, 1] },
  })
})

const tree = `
def product(A: BigMatrix, B: BigMatrix, C: BigMatrix, P: BigMatrix, M: int, N: int, K: int):
    for i in range(0, M):
        for j in range(0, N):
            for k in range(0, K):
                P[i, j, k] = gemm(A[i, k], B[k, j])
            C[i, j] = add(P[i, j, 0], P[i, j, 1])
    return C
`

test('rows and columns that go with other positions of the index than the last two', (t) => {
  const layouts = infer(
    tree,
    { M: 3, N: 2, K: 2 },
    {
      A: [
        [25, 16],
        [10, 8],
      ],
      B: [
        [16, 9],
        [8, 5],
      ],
    },
  )
  t.deepEqual(layouts.get('C'), { layout: { shape: [25, 9], tile: [10, 5], dtype: 'float64' } })
  t.deepEqual(layouts.get('P'), {
    layout: { shape: [2, 25, 9], tile: [1, 10, 5], dtype: 'float64' },
    axes: [2, 0, 1],
  })
})

test('one index, negative indices, chains against the order of the text', (t) => {
  const text = `
def chain(A: BigMatrix, T: BigMatrix, U: BigMatrix, N: int):
    for i in range(0, N):
        T[i - 5] = copy(U[i, 0])
    for i in range(N - 1, -1, -1):
        U[i, 0] = add(A[i, 0], A[i, 1])
    return T
`
  const layouts = infer(
    text,
    { N: 3 },
    {
      A: [
        [28, 16],
        [10, 8],
      ],
    },
  )
  t.deepEqual(layouts.get('U'), { layout: { shape: [28, 8], tile: [10, 8], dtype: 'float64' } })
  t.deepEqual(layouts.get('T'), {
    layout: { shape: [28, 8], tile: [10, 8], dtype: 'float64', origin: [-5, 0] },
    axes: [0, null],
  })
})

test('tiles that are on no grid are refused by name and size', (t) => {
  const text = `
def mixed(A: BigMatrix, B: BigMatrix, C: BigMatrix):
    C[0, 0] = copy(A[0, 0])
    C[1, 1] = copy(B[0, 0])
    C[2, 2] = copy(A[0, 0])
    return C
`
  t.throws(
    () =>
      infer(
        text,
        {},
        {
          A: [
            [8, 8],
            [8, 8],
          ],
          B: [
            [3, 5],
            [3, 5],
          ],
        },
      ),
    {
      message: /tiles of C do not lie on a grid: their extents \(8x8, 3x5\)/,
    },
  )
})

test('a program whose layouts are inferred runs, through other axes too', async (t) => {
  const store = new MemoryStore()
  const A = await BigMatrix.create(store, 'A', { shape: [25, 16], tile: [10, 8], dtype: 'float64' })
  const B = await BigMatrix.create(store, 'B', { shape: [16, 9], tile: [8, 5], dtype: 'float64' })
  const a = Float64Array.from({ length: 25 * 16 }, (_, at) => (at * 7) % 11)
  const b = Float64Array.from({ length: 16 * 9 }, (_, at) => (at * 5) % 13)
  await A.write([0, 25], [0, 16], a)
  await B.write([0, 16], [0, 9], b)
  for (const durability of ['full', 'outputs'] as const) {
    const run = await startRun({
      store,
      program: { text: tree },
      args: { M: 3, N: 2, K: 2 },
      bindings: { A: { path: 'A' }, B: { path: 'B' }, C: { path: `C-${durability}` } },
      kernels: kernelRegistry,
      provider,
      options: { ...runOptions, durability },
    })
    await run.wait()
    const C = await BigMatrix.open(store, `C-${durability}`)
    const { data } = await C.read([0, 25], [0, 9])
    const wanted = Array.from({ length: 25 * 9 }, (_, at) => {
      const [i, j] = [Math.floor(at / 9), at % 9]
      return Array.from({ length: 16 }, (_, k) => a[i * 16 + k]! * b[k * 9 + j]!).reduce((x, y) => x + y)
    })
    t.deepEqual([...data], wanted)
  }
})

test('views of inputs are applied', async (t) => {
  const store = new MemoryStore()
  const A = await BigMatrix.create(store, 'A', { shape: [16, 25], tile: [8, 10], dtype: 'float64' })
  await A.write(
    [0, 16],
    [0, 25],
    Float64Array.from({ length: 400 }, (_, at) => at),
  )
  const text =
    'def f(A: BigMatrix, C: BigMatrix):\n    for i in range(0, 3):\n        C[i, 0] = copy(A[i, 1])\n    return C\n'
  const run = await startRun({
    store,
    program: { text },
    args: {},
    bindings: { A: { path: 'A', view: [{ kind: 'transposed' }] }, C: { path: 'C' } },
    kernels: kernelRegistry,
    provider,
    options: runOptions,
  })
  await run.wait()
  const { data, shape } = await (await BigMatrix.open(store, 'C')).read()
  t.deepEqual(shape, [25, 8])
  t.deepEqual([...data].slice(0, 3), [200, 225, 250])
})

test('two outputs bound to one array are one matrix', async (t) => {
  const store = new MemoryStore()
  const A = await BigMatrix.create(store, 'A', { shape: [16, 16], tile: [8, 8], dtype: 'float64' })
  await A.write(
    [0, 16],
    [0, 16],
    Float64Array.from({ length: 256 }, (_, at) => at),
  )
  const start = (text: string): Promise<Run> =>
    startRun({
      store,
      program: { text },
      args: {},
      bindings: { A: { path: 'A' }, X: { path: 'X' }, Y: { path: 'X' } },
      kernels: kernelRegistry,
      provider,
      options: runOptions,
    })
  const text = `
def f(A: BigMatrix, X: BigMatrix, Y: BigMatrix):
    for i in range(0, 2):
        X[i, 0] = copy(A[i, 0])
        Y[i, 1] = copy(X[i, 0])
    return X, Y
`
  await t.throwsAsync(start(text.replace('Y[i, 1]', 'Y[i, 0]')), { message: /written twice|cycle/ })
  const run = await start(text)
  await run.wait()
  const X = await BigMatrix.open(store, 'X')
  t.deepEqual(X.layout.shape, [16, 16])
  t.deepEqual((await X.read([0, 16], [8, 16])).data, (await A.read([0, 16], [0, 8])).data)
  await store.delete('X/c/1/1')
  t.is((await (await resume(store, run.id)).wait()).tasks, 1)
})

test('a smaller tile is the last one of a declared grid, along whichever index is written to its end', (t) => {
  // T[k, k] is written for k < 3 of 3 and of 4: its columns can only go with the first index.
  const text = `
def diagonal(A: BigMatrix, T: BigMatrix[3, 4], N: int):
    for k in range(0, N):
        T[k, k] = copy(A[0, k])
    return T
`
  const layouts = infer(
    text,
    { N: 3 },
    {
      A: [
        [10, 28],
        [10, 12],
      ],
    },
  )
  t.deepEqual(layouts.get('T'), { layout: { shape: [40, 28], tile: [10, 12], dtype: 'float64' }, axes: [1, 0] })
})
