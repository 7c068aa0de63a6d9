import test, { type ExecutionContext } from 'ava'
import { BigMatrix, connect, isNumpywrenError, type Numpywren } from '../../src/index.ts'
import { openStore } from '../../src/storage/index.ts'

type Element = (r: number, c: number) => number

let stores = 0

async function connected(t: ExecutionContext): Promise<{
  readonly npw: Numpywren
  store(
    n: number,
    tile: number | readonly [number, number],
    value: Element,
    dtype?: 'float64' | 'float32',
  ): Promise<BigMatrix>
}> {
  const url = `memory://inv-${stores++}`
  const npw = await connect({ store: url, slots: 2 })
  t.teardown(() => npw.close())
  let matrices = 0
  return {
    npw,
    async store(n, tile, value, dtype = 'float64') {
      const layout = { shape: [n, n], tile: typeof tile === 'number' ? [tile, tile] : tile, dtype }
      const matrix = await BigMatrix.create(openStore(url), `A${matrices++}`, layout)
      const data = dtype === 'float64' ? new Float64Array(n * n) : new Float32Array(n * n)
      for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) data[r * n + c] = value(r, c)
      await matrix.write(data)
      return matrix
    },
  }
}

const noise: Element = (r, c) => Math.sin(1e4 * Math.sin(1 + 12.9898 * r + 78.233 * c))
/** Symmetric positive definite. */
const definite: Element = (r, c) => noise(Math.min(r, c), Math.max(r, c)) + (r === c ? 60 : 0)
const symmetric: Element = (r, c) => noise(Math.min(r, c), Math.max(r, c))

/** ||I - A X||_1 / (n ||A||_1 ||X||_1 eps), by the definition. */
async function ratioOf(A: BigMatrix, X: BigMatrix): Promise<number> {
  const n = A.layout.shape[0]!
  const [a, x] = [(await A.read()).data, (await X.read()).data]
  const norm = (data: ArrayLike<number>): number => {
    let largest = 0
    for (let c = 0; c < n; c++) {
      let sum = 0
      for (let r = 0; r < n; r++) sum += Math.abs(data[r * n + c]!)
      largest = Math.max(largest, sum)
    }
    return largest
  }
  const residual = new Float64Array(n * n)
  for (let r = 0; r < n; r++) {
    for (let c = 0; c < n; c++) {
      let sum = r === c ? 1 : 0
      for (let k = 0; k < n; k++) sum -= a[r * n + k]! * x[k * n + c]!
      residual[r * n + c] = sum
    }
  }
  const eps = A.layout.dtype === 'float32' ? 2 ** -24 : 2 ** -53
  return norm(residual) / norm(a) / norm(x) / (n * eps)
}

const methods: readonly (readonly [string, Element, 'lu' | 'cholesky'])[] = [
  ['a general matrix', noise, 'lu'],
  ['a positive definite matrix', definite, 'cholesky'],
  ['a symmetric matrix that is not definite', symmetric, 'lu'],
  ['1e-150', (r, c) => 1e-150 * noise(r, c), 'lu'],
]

for (const [kind, value, method] of methods) {
  test(`A X = I for ${kind}`, async (t) => {
    const { npw, store } = await connected(t)
    for (const [n, tile] of [
      [1, 4],
      [8, 8],
      [37, 8],
    ] as const) {
      const A = await store(n, tile, value)
      const { X, report } = await npw.inv(A, { out: `X${n}` })
      if (n > 1) t.is(report.facts.method, method)
      const ratio = await ratioOf(A, X)
      t.true(ratio < 3, `${n}: ${ratio}`)
      const verdict = await npw.verify('inv', { A, X })
      t.true(verdict.passed && verdict.ratio < 3)
    }
  })
}

test('the inverse of a positive definite matrix is exactly symmetric, and only the lower half is read', async (t) => {
  const { npw, store } = await connected(t)
  const n = 21
  const A = await store(n, 8, (r, c) => (r >= c ? definite(r, c) : 1e9))
  const { X } = await npw.inv(A, { assume: 'spd' })
  const { data } = await X.read()
  for (let r = 0; r < n; r++) for (let c = 0; c < r; c++) t.is(data[r * n + c], data[c * n + r])
  t.true((await npw.verify('inv', { A, X }, { assume: 'spd' })).passed)
  t.false((await npw.verify('inv', { A, X })).passed)
})

test('float32, and tiles that are not square', async (t) => {
  const { npw, store } = await connected(t)
  const A = await store(30, [7, 12], noise, 'float32')
  const { X } = await npw.inv(A)
  t.deepEqual([X.layout.dtype, X.layout.tile], ['float32', [7, 12]])
  t.true((await ratioOf(A, X)) < 1)
})

test('the condition is told, and a hopeless one is warned of', async (t) => {
  const { npw, store } = await connected(t)
  const even = await npw.inv(await store(6, 4, (r, c) => (r === c ? 2 ** -r : 0)))
  t.is(even.report.facts.rcond, 2 ** -5)
  t.deepEqual(even.report.warnings, [])
  const hilbert = await npw.inv(await store(14, 4, (r, c) => 1 / (r + c + 1)), { assume: 'general' })
  t.true((hilbert.report.facts.rcond as number) < 1e-16)
  t.regex(hilbert.report.warnings.join(), /singular to working precision/)
})

test('a singular matrix is refused by its column, one that is not definite by its minor', async (t) => {
  const { npw, store } = await connected(t)
  const singular = await store(20, 8, (r, c) => (c === 13 ? 0 : noise(r, c)))
  const refused = await t.throwsAsync(Promise.resolve(npw.inv(singular, { out: 'X' })))
  t.true(isNumpywrenError(refused, 'SingularMatrixError'))
  t.regex(refused!.message, /column 14 .* it has no inverse/)
  await t.throwsAsync(npw.open('X'), undefined, 'nothing is left in its place')
  const indefinite = await store(20, 8, (r, c) => (r === c ? (r === 11 ? -1 : 1) : 0))
  await t.throwsAsync(Promise.resolve(npw.inv(indefinite, { assume: 'spd' })), {
    message: /leading minor of order 12 .* is not positive/,
  })
  await t.throwsAsync(Promise.resolve(npw.inv(await store(20, 8, noise), { assume: 'wrong' as 'spd' })))
})
