import test from 'ava'
import fc from 'fast-check'
import { type BigMatrix, connect, isNumpywrenError, type Numpywren } from '../../src/index.ts'
import { random } from '../kernels/helpers/tiles.ts'
import { elementsOf, storeMatrix } from './helpers/stored.ts'

interface Solved {
  readonly X: BigMatrix
  readonly ratio: number
  readonly facts: Readonly<Record<string, unknown>>
  readonly warnings: readonly string[]
}

let stores = 0
const connected = (): Promise<Numpywren> => connect({ store: `memory://solve-${stores++}`, slots: 2 })

/** Solves and judges. */
async function solved(npw: Numpywren, options: object = {}): Promise<Solved> {
  const { X, report } = await npw.solve('A', 'B', { out: 'X', overwrite: true, ...options })
  const { assume, transposeA } = options as { assume?: string; transposeA?: boolean }
  const { ratio } = await npw.verify('solve', { A: 'A', X, B: 'B' }, { assume, transposeA })
  return { X, ratio, ...report }
}

type Element = (r: number, c: number) => number

/** Normal enough: the sum of a few uniform numbers. */
function noise(seed: number, n: number): Element {
  const next = random(seed)
  const values = Float64Array.from({ length: n * n }, () => 2 * (next() + next() + next()))
  return (r, c) => values[r * n + c]!
}

const n = 40
const base = noise(5, n)
const leading =
  (scale: number): Element =>
  (r, c) =>
    base(r, c) * (r < 16 && c < 16 ? scale : 1)
const symmetric: Element = (r, c) => base(Math.max(r, c), Math.min(r, c))

/** How each is solved, and no residual worth the name. */
const zoo: Readonly<Record<string, readonly [Element, method: string]>> = {
  random: [base, 'lu'],
  'zero leading block': [leading(0), 'lu'],
  'leading block x 1e-4': [leading(1e-4), 'lu'],
  'leading block x 1e-8': [leading(1e-8), 'lu'],
  'leading block x 1e-12': [leading(1e-12), 'lu'],
  integers: [(r, c) => Math.round(5 * base(r, c)), 'lu'],
  'scaled by 1e150': [(r, c) => 1e150 * base(r, c), 'lu'],
  'scaled by 1e-150': [(r, c) => 1e-150 * base(r, c), 'lu'],
  'a permutation': [(r, c) => (c === (7 * r + 3) % n ? 1 : 0), 'lu'],
  'positive definite': [(r, c) => symmetric(r, c) + (r === c ? n : 0), 'cholesky'],
  'symmetric, indefinite': [symmetric, 'lu'],
  'symmetric, indefinite at the end': [(r, c) => symmetric(r, c) + (r === c ? (r < n - 1 ? n : -n) : 0), 'lu'],
  'lower triangular': [(r, c) => (r === c ? 3 : r > c ? base(r, c) / 4 : 0), 'substitution'],
  'upper triangular': [(r, c) => (r === c ? 3 : r < c ? base(r, c) / 4 : 0), 'substitution'],
  identity: [(r, c) => (r === c ? 1 : 0), 'substitution'],
}

for (const [name, [element, method]] of Object.entries(zoo)) {
  test(`${name}: solved by ${method}, as well as rounding allows`, async (t) => {
    const npw = await connected()
    await storeMatrix(npw, 'A', [n, n], element, { tile: [16, 16] })
    await storeMatrix(npw, 'B', [n, 3], noise(6, n), { tile: [16, 3] })
    const { ratio, facts, warnings } = await solved(npw)
    t.true(ratio <= 3, `ratio ${ratio}`)
    t.is(facts.method, method)
    t.deepEqual(warnings, [])
  })
}

for (const dtype of ['float64', 'float32'] as const) {
  test(`any shape and tiles of A and B, ${dtype}`, async (t) => {
    const npw = await connected()
    const tile = fc.tuple(fc.integer({ min: 7, max: 16 }), fc.integer({ min: 7, max: 16 }))
    const order = fc.integer({ min: 1, max: 29 })
    const columns = fc.integer({ min: 1, max: 20 })
    const options = fc.record({
      assume: fc.constantFrom('general', undefined),
      transposeA: fc.boolean(),
      refine: fc.constantFrom(0, 1, 2),
    })
    await fc.assert(
      fc.asyncProperty(order, columns, tile, tile, options, async (order, r, tileA, tileB, given) => {
        const dominant: Element = (i, j) => noise(1, 40)(i, j) + (i === j ? 4 : 0)
        await storeMatrix(npw, 'A', [order, order], dominant, { tile: tileA, dtype })
        await storeMatrix(npw, 'B', [order, r], noise(2, 40), { tile: tileB, dtype })
        const { X, ratio } = await solved(npw, given)
        t.true(ratio <= 10, `ratio ${ratio}`)
        t.deepEqual(X.layout.shape, [order, r])
        t.is(X.layout.dtype, dtype)
      }),
      { numRuns: 5 },
    )
  })
}

test('triangles: either half, either side, whatever the other half holds, without a transposed copy', async (t) => {
  const npw = await connected()
  await storeMatrix(npw, 'A', [37, 37], (r, c) => (r === c ? 5 + r / 9 : base(r, c)), { tile: [10, 10] })
  await storeMatrix(npw, 'B', [37, 5], noise(7, 40), { tile: [7, 2] })
  for (const assume of ['lower', 'upper'])
    for (const transposeA of [false, true]) {
      const { ratio, facts } = await solved(npw, { assume, transposeA })
      t.true(ratio <= 3, `${assume} ${transposeA}: ratio ${ratio}`)
      t.is(facts.method, 'substitution')
      t.true((facts.rcond as number) > 0)
    }
  await storeMatrix(npw, 'A', [37, 37], (r, c) => (r === 20 && c === 20 ? 0 : base(r, c)), { tile: [10, 10] })
  const failure = await t.throwsAsync(solved(npw, { assume: 'upper' }))
  t.true(isNumpywrenError(failure, 'SingularMatrixError'))
  t.regex(failure!.message, /pivot of column 21 /)
})

/** Wilkinson's matrix: every elimination doubles the last column. */
const growing =
  (order: number): Element =>
  (r, c) =>
    c === order - 1 || r === c ? 1 : r > c ? -1 : 0

test('pivots that grow by 2^59 are mended by refinement', async (t) => {
  const npw = await connected()
  await storeMatrix(npw, 'B', [60, 1], noise(1, 60), { tile: [60, 1] })
  for (const [tile, refine] of [
    [20, 1],
    [60, 0],
  ] as const) {
    await storeMatrix(npw, 'A', [60, 60], growing(60), { tile: [tile, tile] })
    const { ratio, facts } = await solved(npw, { refine })
    t.is(facts.growth, 2 ** 59)
    t.true(ratio <= 10, `${tile} ${refine}: ratio ${ratio}`)
  }
  await npw.generate('gfpp', 'A', { shape: [60, 60], tile: 60, overwrite: true })
  t.true((await solved(npw)).ratio <= 10)
})

test('QR takes over when refinement does not do, and says so', async (t) => {
  const npw = await connected()
  await storeMatrix(npw, 'A', [90, 90], growing(90), { tile: [45, 45] })
  await storeMatrix(npw, 'B', [90, 1], noise(1, 90), { tile: [90, 1] })
  const { ratio, facts, warnings } = await solved(npw)
  t.true(ratio <= 10, `ratio ${ratio}`)
  t.is(facts.method, 'qr')
  t.regex(
    warnings[0] ?? '',
    /^LU was not accurate enough \(its elements grew by a factor of .*\): solved by QR instead/,
  )
})

test('the condition is estimated within a factor of 3, and a warning says when no digit is left', async (t) => {
  const npw = await connected()
  await npw.generate('normal', 'B', { shape: [40, 1], tile: [16, 1] })
  for (const [seed, cond] of [1e3, 1e10].entries()) {
    await npw.generate('svd', 'A', { shape: [40, 40], tile: 16, cond, seed, overwrite: true })
    await npw.solve('A', 'B', { out: 'X', overwrite: true })
    await storeMatrix(npw, 'I', [40, 40], (r, c) => (r === c ? 1 : 0), { tile: [16, 16] })
    const { report } = await npw.solve('A', 'I', { out: 'inverse', overwrite: true })
    const norms = await Promise.all(['A', 'inverse'].map(async (name) => norm1(await elementsOf(await npw.open(name)))))
    const exact = 1 / (norms[0]! * norms[1]!)
    const { rcond } = report.facts as { rcond: number }
    t.true(rcond >= exact * 0.99 && rcond <= exact * 3, `${rcond} for ${exact}`)
    t.deepEqual(report.warnings, [])
  }
  await npw.generate('hilbert', 'A', { shape: [40, 40], tile: 16, overwrite: true })
  for (const assume of [undefined, 'general'] as const) {
    const { facts, warnings, ratio } = await solved(npw, assume === undefined ? {} : { assume })
    t.true((facts.rcond as number) < 2 ** -52)
    t.regex(warnings.join(), /singular to working precision: its reciprocal condition number is estimated as .*e-/)
    t.true(ratio <= 30)
  }
})

test('a singular matrix is refused with the column of the pivot, as LAPACK numbers it', async (t) => {
  const npw = await connected()
  await npw.generate('normal', 'B', { shape: [40, 1], tile: [16, 1] })
  const cases: readonly (readonly [Element, number])[] = [
    [() => 0, 1],
    [(r, c) => (c === 24 ? 0 : base(r, c)), 25],
    [(r, c) => (r === c && r !== 17 ? 2 : 0), 18],
  ]
  for (const [element, column] of cases) {
    await storeMatrix(npw, 'A', [40, 40], element, { tile: [16, 16] })
    const failure = await t.throwsAsync(solved(npw, { assume: 'general' }))
    t.true(isNumpywrenError(failure, 'SingularMatrixError'), String(failure))
    t.regex(failure!.message, new RegExp(`the pivot of column ${column} `))
  }
})

test('what is said to be definite is not solved otherwise, and shapes are checked', async (t) => {
  const npw = await connected()
  await storeMatrix(npw, 'A', [30, 30], symmetric, { tile: [16, 16] })
  await npw.generate('normal', 'B', { shape: [30, 1], tile: [16, 1] })
  await t.throwsAsync(solved(npw, { assume: 'spd' }), {
    name: 'TaskError',
    message: /leading minor of order .* is not positive/,
  })
  await npw.generate('normal', 'B', { shape: [31, 1], tile: [16, 1], overwrite: true })
  await t.throwsAsync(solved(npw), { name: 'InputError', message: /30 rows and .* has 31/ })
  await npw.generate('normal', 'A', { shape: [30, 31], tile: 16, overwrite: true })
  await t.throwsAsync(solved(npw), { name: 'InputError', message: /square/ })
})

test('mixed precision converges as dsgesv does, or falls back and says why', async (t) => {
  const npw = await connected()
  await npw.generate('normal', 'B', { shape: [50, 2], tile: [16, 2] })
  const expectations: readonly (readonly [
    kind: 'svd' | 'poev',
    cond: number,
    iterations: (count: number) => boolean,
    method: string,
  ])[] = [
    ['svd', 10, (count) => count >= 1 && count <= 3, 'mixed lu'],
    ['svd', 1e5, (count) => count >= 2 && count <= 30, 'mixed lu'],
    ['svd', 1e12, (count) => count === -31, 'lu'],
    ['poev', 10, (count) => count >= 1 && count <= 3, 'mixed cholesky'],
    ['poev', 1e12, (count) => count === -3 || count === -31, 'cholesky'],
  ]
  for (const [kind, cond, isExpected, method] of expectations) {
    await npw.generate(kind, 'A', { shape: [50, 50], tile: 16, cond, overwrite: true })
    const { ratio, facts, warnings } = await solved(npw, { mixed: true, assume: kind === 'svd' ? 'general' : 'spd' })
    t.true(ratio <= 10, `${kind} ${cond}: ratio ${ratio}`)
    t.true(isExpected(facts.iterations as number), `${kind} ${cond}: ${facts.iterations} iterations`)
    t.is(facts.method, method)
    t.is(
      warnings.some((warning) => warning.startsWith('float32 did not do')),
      method === 'lu' || method === 'cholesky',
    )
  }
  await storeMatrix(npw, 'A', [40, 40], (r, c) => 1e200 * base(r, c), { tile: [16, 16] })
  await storeMatrix(npw, 'B', [40, 2], base, { tile: [16, 2] })
  const { facts, ratio } = await solved(npw, { mixed: true })
  t.is(facts.iterations, -2)
  t.true(ratio <= 10)
  await npw.generate('normal', 'A', { shape: [50, 50], tile: 16, dtype: 'float32', overwrite: true })
  await npw.generate('normal', 'B', { shape: [50, 2], tile: [16, 2], dtype: 'float32', overwrite: true })
  await t.throwsAsync(solved(npw, { mixed: true }), { name: 'InputError', message: /takes float64 matrices/ })
})

function norm1(rows: readonly (readonly number[])[]): number {
  return Math.max(...rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + Math.abs(row[c]!), 0)))
}
