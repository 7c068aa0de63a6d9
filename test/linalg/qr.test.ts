import test, { type ExecutionContext } from 'ava'
import { BigMatrix, connect, lambdapack, type Numpywren } from '../../src/index.ts'
import { kernelRegistry } from '../../src/kernels/index.ts'
import { link } from '../../src/linalg/index.ts'
import { startRun } from '../../src/run/index.ts'
import { openStore } from '../../src/storage/index.ts'
import { provider, runOptions } from '../helpers/driven-cholesky.ts'
import { qr as originalQr } from '../lambdapack/helpers/factorizations.ts'

const trees = ['flat', 'binary', 'hybrid'] as const

/** Shapes by tile: one tile, one row, one column, tall, wide, square, ragged at either end. */
const shapes: readonly (readonly [m: number, n: number, tile: readonly [number, number]])[] = [
  [1, 1, [1, 1]],
  [5, 7, [16, 16]],
  [1, 30, [8, 8]],
  [30, 1, [8, 8]],
  [48, 48, [16, 16]],
  [61, 45, [16, 16]],
  [45, 61, [16, 16]],
  [93, 20, [16, 16]],
  [20, 93, [16, 16]],
  [65, 33, [16, 16]],
  [50, 50, [20, 9]],
]

let stores = 0

async function connected(): Promise<{ readonly npw: Numpywren; readonly url: string }> {
  const url = `memory://qr-${stores++}`
  return { npw: await connect({ store: url, slots: 2 }), url }
}

/** A matrix of values, float64, in tiles of 16. */
async function stored(
  url: string,
  name: string,
  shape: readonly [number, number],
  data: Float64Array,
): Promise<BigMatrix> {
  const matrix = await BigMatrix.create(openStore(url), name, { shape, tile: [16, 16], dtype: 'float64' })
  await matrix.write(data)
  return matrix
}

async function rowsOf(matrix: BigMatrix): Promise<number[][]> {
  const { data, shape } = await matrix.read()
  const [m = 0, n = 0] = shape
  return Array.from({ length: m }, (_, r) => [...data.slice(r * n, (r + 1) * n)].map(Number))
}

/** R has the size that is promised, zeros below and a diagonal that is not negative. */
function expectConvention(t: ExecutionContext, r: readonly (readonly number[])[], m: number, n: number): void {
  t.deepEqual([r.length, r[0]?.length], [Math.min(m, n), n])
  for (const [i, row] of r.entries()) {
    t.true((row[i] ?? 0) >= 0, `R(${i}, ${i}) = ${row[i]}`)
    t.true(row.slice(0, i).every((value) => value === 0))
  }
}

for (const dtype of ['float64', 'float32'] as const) {
  test(`qr, ${dtype}: A = Q R for every shape, and R is the same for every tree`, async (t) => {
    const { npw } = await connected()
    t.teardown(() => npw.close())
    for (const [m, n, tile] of dtype === 'float64' ? shapes : shapes.slice(5, 7)) {
      await npw.generate('normal', 'A', { shape: [m, n], tile, dtype, seed: m + n, overwrite: true })
      const factors: number[][][] = []
      for (const tree of trees) {
        const { R, Q } = await npw.qr('A', { out: 'R', q: 'Q', tree, overwrite: true })
        const verdict = await npw.verify('qr', { A: 'A', Q: Q!, R })
        t.true(verdict.ratio < 5, `${m}x${n} ${tree}: ${verdict.ratio}`)
        t.deepEqual(Q!.layout.shape, [m, Math.min(m, n)])
        t.true((await npw.verify('qr', { A: 'A', R })).ratio < 5)
        const r = await rowsOf(R)
        expectConvention(t, r, m, n)
        factors.push(r)
      }
      const [first = [], ...others] = factors
      const scale = Math.max(...first.flat().map(Math.abs))
      const bar = dtype === 'float64' ? 1e-11 : 1e-2
      for (const other of others) {
        first.forEach((row, i) => void row.forEach((x, j) => void t.true(Math.abs(x - other[i]![j]!) <= bar * scale)))
      }
    }
  })

  test(`tsqr, ${dtype}: any number of row tiles, ragged ones and tiles that are cut otherwise`, async (t) => {
    const { npw } = await connected()
    t.teardown(() => npw.close())
    const cases: readonly (readonly [number, number, readonly [number, number]])[] = [
      [20, 20, [20, 20]],
      [9, 4, [30, 4]],
      [100, 10, [30, 10]],
      [101, 10, [20, 10]],
      [221, 10, [20, 10]],
      [64, 1, [8, 1]],
      [130, 17, [8, 8]],
    ]
    for (const [m, n, tile] of dtype === 'float64' ? cases : cases.slice(2, 4)) {
      await npw.generate('normal', 'A', { shape: [m, n], tile, dtype, seed: m, overwrite: true })
      for (const tree of trees) {
        const { R, Q } = await npw.tsqr('A', { out: 'R', q: 'Q', tree, overwrite: true })
        const { ratio } = await npw.verify('tsqr', { A: 'A', Q: Q!, R })
        t.true(ratio < 5, `${m}x${n} by ${tile}, ${tree}: ${ratio}`)
        const r = await rowsOf(R)
        expectConvention(t, r, m, n)
      }
    }
    const { R } = await npw.tsqr('A', { out: 'alone' })
    t.true((await npw.verify('tsqr', { A: 'A', R })).ratio < 5)
    await npw.generate('normal', 'W', { shape: [10, 20], tile: 8, dtype })
    const error = await t.throwsAsync(async () => npw.tsqr('W', { out: 'R2' }))
    t.regex(error.message, /takes a tall matrix; .* is 10 x 20/)
  })
}

test('matrices that are hard on QR: extreme scales, dependent, zero and repeated columns', async (t) => {
  const { npw, url } = await connected()
  t.teardown(() => npw.close())
  const [m, n] = [75, 52]
  const normal = (seed: number) => (at: number) => Math.sin((at + 1) * 12.9898 * seed) * 3
  const kinds: Readonly<Record<string, (r: number, c: number) => number>> = {
    huge: (r, c) => 1e150 * normal(1)(r * n + c),
    tiny: (r, c) => 1e-150 * normal(2)(r * n + c),
    zero: () => 0,
    identity: (r, c) => (r === c ? 1 : 0),
    rankOne: (r, c) => normal(1)(r) * normal(2)(c),
    zeroColumns: (r, c) => (c % 7 === 3 ? 0 : normal(3)(r * n + c)),
    hilbert: (r, c) => 1 / (r + c + 1),
    graded: (r, c) => 10 ** -c * normal(1)(r * n + c),
  }
  for (const [at, [kind, value]] of Object.entries(kinds).entries()) {
    const values = Float64Array.from({ length: m * n }, (_, i) => value(Math.floor(i / n), i % n))
    const A = await stored(url, kind, [m, n], values)
    const { R, Q } = await npw.qr(A, { out: 'R', q: 'Q', tree: trees[at % 3]!, overwrite: true })
    const { ratio } = await npw.verify('qr', { A, Q: Q!, R })
    t.true(ratio < 5, `${kind}: ${ratio}`)
    t.true((await npw.verify('qr', { A, R })).ratio < 5, kind)
    expectConvention(t, await rowsOf(R), m, n)
  }
})

test('verify qr refuses what is not a factorization', async (t) => {
  const { npw, url } = await connected()
  t.teardown(() => npw.close())
  await npw.generate('normal', 'A', { shape: [60, 40], tile: 16 })
  const { R, Q } = await npw.qr('A', { out: 'R', q: 'Q' })
  const { data } = await Q!.read()
  const bent = Float64Array.from(data, Number)
  bent[777]! += 1e-12
  const bentQ = await stored(url, 'bent', [60, 40], bent)
  t.false((await npw.verify('qr', { A: 'A', Q: bentQ, R })).passed)
  await npw.generate('normal', 'B', { shape: [40, 40], tile: 16 })
  t.false((await npw.verify('qr', { A: 'A', R: 'B' })).passed)
  const error = await t.throwsAsync(async () => npw.verify('qr', { A: 'A', Q: R, R: Q! }))
  t.regex(error.message, /do not fit/)
})

/** R, Q^T B, Q (Q^T B) and Q X where X has all rows, from one factorization. */
const products = `
def products(A: BigMatrix, B: BigMatrix[M, P], R: BigMatrix, C: BigMatrix[min(M, N), P], E: BigMatrix, F: BigMatrix, VG: BigMatrix, TG: BigMatrix, VE: BigMatrix, TE: BigMatrix, D: BigMatrix, W: BigMatrix, S: BigMatrix, W1: BigMatrix, S1: BigMatrix, X: BigMatrix, Y: BigMatrix, X1: BigMatrix, Y1: BigMatrix, M: int, N: int, P: int, d: int):
    geqrf(A, R, VG, TG, VE, TE, D, W, S, M, N, d, 8)
    ormqr_transposed(VG, TG, VE, TE, D, B, C, W1, S1, M, min(M, N), P, d)
    ormqr(VG, TG, VE, TE, D, C, E, X, Y, M, min(M, N), P, min(M, N), d)
    ormqr(VG, TG, VE, TE, D, B, F, X1, Y1, M, min(M, N), P, M, d)
    return R, C, E, F
`

test('products with Q and its transpose are those with the Q that is formed', async (t) => {
  const { npw, url } = await connected()
  t.teardown(() => npw.close())
  const store = openStore(url)
  const p = 11
  for (const [at, [m, n]] of [
    [61, 45],
    [45, 61],
    [70, 16],
    [9, 9],
  ].entries() as Iterable<[number, [number, number]]>) {
    const k = Math.min(m, n)
    for (const [name, shape] of [
      ['A', [m, n]],
      ['B', [m, p]],
    ] as const)
      await npw.generate('normal', name, { shape, tile: [16, 16], seed: at, overwrite: true })
    await npw.qr('A', { out: 'R', q: 'Q', overwrite: true })
    const layout = (rows: number, cols: number) => ({ shape: [rows, cols], tile: [16, 16], dtype: 'float64' as const })
    const [M, N, P] = [m, n, p].map((extent) => Math.ceil(extent / 16)) as [number, number, number]
    const place = (name: string, rows: number, cols: number) => ({
      store,
      path: `${name}${at}`,
      layout: layout(rows, cols),
    })
    for (const d of [1, 2, M]) {
      const run = await startRun({
        store,
        program: { text: link({ name: 'products.lp', text: products }).text, name: 'products' },
        args: { M, N, P, d },
        bindings: {
          A: { path: 'A' },
          B: { path: 'B' },
          R: place('R', k, n),
          C: place('C', k, p),
          E: place('E', m, p),
          F: place('F', m, p),
        },
        overwrite: true,
        kernels: kernelRegistry,
        provider,
        options: runOptions,
      })
      await run.wait()
      const options = { transposeA: true }
      t.true((await npw.verify('gemm', { A: 'Q', B: 'B', C: `C${at}` }, options)).passed)
      t.true((await npw.verify('gemm', { A: 'Q', B: `C${at}`, C: `E${at}` })).passed)
      // Q^T F is the first rows of B: the signs are those of Q.
      const [f, q, b] = [
        await rowsOf(await npw.open(`F${at}`)),
        await rowsOf(await npw.open('Q')),
        await rowsOf(await npw.open('B')),
      ]
      for (let i = 0; i < k; i++)
        for (let j = 0; j < p; j++) {
          const sum = q.reduce((total, row, r) => total + row[i]! * f[r]![j]!, 0)
          t.true(Math.abs(sum - b[i]![j]!) < 1e-12, `${m}x${n}, d = ${d}: (${i}, ${j})`)
        }
    }
  }
})

test("the original's program for QR runs on its own names of kernels, with partners that are absent", async (t) => {
  const { npw } = await connected()
  t.teardown(() => npw.close())
  const side = 6
  for (const N of [1, 2, 3]) {
    await npw.generate('normal', 'A', { shape: [N * side, N * side], tile: side, overwrite: true })
    const depth = Math.ceil(Math.log2(N)) + 1
    const bind = { I: 'A', R: `R${N}` }
    const { R } = await npw.run(lambdapack`${originalQr}`, { bind, args: { N, depth } })
    const top = await R!.readTile([0, 0, depth - 1])
    const a = await rowsOf(await npw.open('A'))
    for (let i = 0; i < side; i++)
      for (let j = 0; j < side; j++) {
        const wanted = a.reduce((sum, row) => sum + row[i]! * row[j]!, 0)
        let found = 0
        for (let r = 0; r < side; r++) found += top.data[r + i * top.ld]! * top.data[r + j * top.ld]!
        t.true(Math.abs(found - wanted) < 1e-12, `N = ${N}: (${i}, ${j})`)
      }
  }
})
