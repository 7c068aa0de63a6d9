/** transpose, reshard, map, norm and sum against plain loops over rows. */

import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { connect, type Numpywren } from '../../src/index.ts'
import type { NormKind } from '../../src/linalg/index.ts'
import { BigMatrix, type Layout, type MatrixAttributes } from '../../src/matrix/index.ts'
import { FsStore, MemoryStore } from '../../src/storage/index.ts'
import { runPython } from '../helpers/python.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

let stores = 0

/** A library on a store of its own in memory. */
function library(): Promise<Numpywren> {
  return connect({ store: `memory://tile-programs-${process.pid}-${++stores}`, slots: 2 })
}

async function matrix(
  npw: Numpywren,
  name: string,
  rows: readonly (readonly number[])[],
  more: Partial<Layout> & { readonly attributes?: MatrixAttributes } = {},
): Promise<BigMatrix> {
  const { attributes = {}, ...layout } = more
  const shape = [rows.length, rows[0]!.length]
  const store = new MemoryStore(npw.storeUrl.slice('memory://'.length))
  const A = await BigMatrix.create(store, name, { shape, tile: [3, 2], dtype: 'float64', ...layout }, { attributes })
  await A.write(rows.flat())
  return A
}

async function rowsOf(A: BigMatrix): Promise<number[][]> {
  const { data, shape } = await A.read()
  const [m = 0, n = 1] = shape
  return Array.from({ length: m }, (_, r) => [...data.subarray(r * n, (r + 1) * n)])
}

const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  rows[0]!.map((_, c) => rows.map((row) => row[c]!))
const grid = (m: number, n: number, f: (r: number, c: number) => number): number[][] =>
  Array.from({ length: m }, (_, r) => Array.from({ length: n }, (_, c) => f(r, c)))

/** Matrices whose sums are exact, with tiles that need not divide them. */
const sample = fc.record({
  rows: fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 9 })).chain(([m, n]) =>
    fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: n, maxLength: n }), {
      minLength: m,
      maxLength: m,
    }),
  ),
  tile: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  other: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  dtype: fc.constantFrom('float64' as const, 'float32' as const, 'int64' as const),
})

const overwrite = { overwrite: true }

test('any shape, tile and dtype: transposes, other tiles, sums and norms', async (t) => {
  await using npw = await library()
  await fc.assert(
    fc.asyncProperty(sample, async ({ rows, tile, other, dtype }) => {
      await npw.remove('A').catch(() => undefined)
      await matrix(npw, 'A', rows, { tile, dtype })
      const { B } = await npw.transpose('A', { out: 'B', ...overwrite })
      t.deepEqual(B.layout, { shape: [rows[0]!.length, rows.length], tile: [tile[1], tile[0]], dtype })
      t.deepEqual(await rowsOf(B), transposed(rows))
      const { B: R } = await npw.reshard('A', { out: 'R', tile: other, ...overwrite })
      t.deepEqual(R.layout, { shape: [rows.length, rows[0]!.length], tile: other, dtype })
      t.deepEqual(await rowsOf(R), rows)
      const sumOf = (row: readonly number[]): number => row.reduce((a, b) => a + b)
      for (const [axis, wanted] of [
        ['0', transposed(rows).map(sumOf)],
        ['1', rows.map(sumOf)],
      ] as const) {
        const { S } = await npw.sum('A', { out: 'S', axis, ...overwrite })
        const extent = axis === '0' ? tile[1] : tile[0]
        t.deepEqual(S!.layout, {
          shape: [wanted.length],
          tile: [extent],
          dtype: dtype === 'float32' ? dtype : 'float64',
        })
        t.deepEqual([...(await S!.read()).data], wanted)
      }
      t.is((await npw.sum('A')).report.facts.sum, sumOf(rows.flat()))
      const sizes = rows.map((row) => row.map(Math.abs))
      const norms = {
        1: Math.max(...transposed(sizes).map(sumOf)),
        inf: Math.max(...sizes.map(sumOf)),
        max: Math.max(...sizes.flat()),
        fro: Math.sqrt(sumOf(sizes.flat().map((x) => x * x))),
      }
      for (const [kind, wanted] of Object.entries(norms)) {
        const norm = (await npw.call('norm', { A: 'A' }, { kind })).report.facts.norm as number
        t.true(
          Math.abs(norm - wanted) <= (kind === 'fro' ? 8 * 2 ** -53 * wanted : 0),
          `${kind}: ${norm}, not ${wanted}`,
        )
      }
    }),
    { numRuns: 5 },
  )
})

test('norms of numbers whose squares overflow or vanish, and of NaN and infinity', async (t) => {
  await using npw = await library()
  const norm = async (rows: number[][], kind: NormKind): Promise<unknown> => {
    await npw.remove('A').catch(() => undefined)
    await matrix(npw, 'A', rows)
    return (await npw.norm('A', { kind, checkFinite: false })).report.facts.norm
  }
  const wide = grid(5, 7, () => 1)
  t.is(
    await norm(
      wide.map((row) => row.map(() => 1e200)),
      'fro',
    ),
    1e200 * Math.sqrt(35),
  )
  t.is(
    await norm(
      wide.map((row) => row.map(() => 1e-200)),
      'fro',
    ),
    1e-200 * Math.sqrt(35),
  )
  t.is(
    await norm(
      wide.map((row) => row.map(() => 0)),
      'fro',
    ),
    0,
  )
  for (const [bad, wanted] of [
    [Number.NaN, Number.NaN],
    [-Infinity, Infinity],
  ] as const)
    for (const kind of ['1', 'inf', 'fro', 'max'] as const)
      for (const [row, col] of [
        [0, 0],
        [4, 6],
      ])
        t.is(
          await norm(
            grid(5, 7, (r, c) => (r === row && c === col ? bad : r - c)),
            kind,
          ),
          wanted,
          `${kind} ${bad}`,
        )
})

test('sums are as exact as NumPy’s, and do not depend on slots', async (t) => {
  const folder = await temporaryFolder(t)
  await using npw = await connect({ store: folder })
  await npw.generate('uniform', 'A', { shape: [900, 70], tile: [400, 33], seed: 4 })
  await npw.export('A', join(folder, 'A.npy'))
  const exact = JSON.parse(
    await runPython(
      `
import json, math, sys, numpy as np
a = np.load(sys.argv[1])
print(json.dumps([math.fsum(a.ravel()), [math.fsum(c) for c in a.T], [math.fsum(r) for r in a], float(np.abs(a).sum())]))`,
      join(folder, 'A.npy'),
    ),
  )
  const [total, columns, rows, size] = exact as [number, number[], number[], number]
  const sums: unknown[] = []
  for (const slots of [1, 3]) sums.push((await npw.call('sum', { A: 'A' }, { slots })).report.facts.sum)
  t.is(sums[0], sums[1])
  t.true(Math.abs((sums[0] as number) - total) <= 16 * 2 ** -53 * size)
  for (const [axis, wanted] of [
    ['0', columns],
    ['1', rows],
  ] as const) {
    const { S } = await npw.call<{ S: BigMatrix }>('sum', { A: 'A' }, { axis, out: `S${axis}` })
    const found = (await S.read()).data
    for (const [k, sum] of wanted.entries()) t.true(Math.abs(found[k]! - sum) <= 16 * 2 ** -53 * 900)
  }
  await npw.export('S0', join(folder, 'S0.npy'))
  const spoken = await runPython('import sys, numpy; print(numpy.load(sys.argv[1]).shape)', join(folder, 'S0.npy'))
  t.is(spoken.trim(), '(70,)')
})

for (const dtype of ['float64', 'float32'] as const)
  test(`map: functions of one matrix and of two, ${dtype}`, async (t) => {
    await using npw = await library()
    const round = (x: number): number => (dtype === 'float32' ? Math.fround(x) : x)
    const a = grid(7, 5, (r, c) => round((r - c) / 3 + 0.125))
    const b = grid(7, 5, (r, c) => round((r * c) / 7 - 1))
    await matrix(npw, 'A', a, { dtype })
    await matrix(npw, 'B', b, { dtype, tile: [4, 3] })
    const third = round(1 / 3)
    const unary: Record<string, (x: number) => number> = {
      scale: (x) => third * x,
      abs: Math.abs,
      exp: Math.exp,
      sqrt: Math.sqrt,
      log: Math.log,
    }
    const binary: Record<string, (x: number, y: number) => number> = {
      add: (x, y) => x + round(third * y),
      subtract: (x, y) => x - round(third * y),
      multiply: (x, y) => x * y,
      divide: (x, y) => x / y,
    }
    const same = (found: number, wanted: number): boolean =>
      Object.is(found, wanted) ||
      Math.abs(found - wanted) <= 4 * (dtype === 'float64' ? 2 ** -53 : 2 ** -24) * Math.abs(wanted)
    const check = async (op: string, B: string | undefined, wanted: number[][]): Promise<void> => {
      const alpha = op in unary && op !== 'scale' ? {} : op === 'multiply' || op === 'divide' ? {} : { alpha: third }
      const { C } = await npw.call<{ C: BigMatrix }>('map', { A: 'A', B }, { op, ...alpha, out: `C-${op}` })
      t.is(C.layout.dtype, dtype)
      for (const [r, row] of (await rowsOf(C)).entries())
        for (const [c, found] of row.entries())
          t.true(same(found, round(wanted[r]![c]!)), `${op} [${r},${c}]: ${found}`)
    }
    for (const [op, f] of Object.entries(unary))
      await check(
        op,
        undefined,
        grid(7, 5, (r, c) => f(a[r]![c]!)),
      )
    for (const [op, f] of Object.entries(binary))
      await check(
        op,
        'B',
        grid(7, 5, (r, c) => f(a[r]![c]!, b[r]![c]!)),
      )
  })

test('reshard rounds to float32, refuses what is not whole for int64, and goes to another store', async (t) => {
  await using npw = await library()
  const rows = grid(5, 4, (r, c) => (r + 1) / (c + 3))
  await matrix(npw, 'A', [...rows, [1e39, -1e-60, 0.1, -3]])
  const { B } = await npw.call<{ B: BigMatrix }>('reshard', { A: 'A' }, { out: 'B', dtype: 'float32' })
  t.deepEqual(await rowsOf(B), [...rows.map((row) => row.map(Math.fround)), [Infinity, -0, Math.fround(0.1), -3]])
  await t.throwsAsync(async () => npw.call('reshard', { A: 'A' }, { out: 'I', dtype: 'int64' }), {
    message: /it stores int64/,
  })
  const folder = await temporaryFolder(t)
  const { B: copy } = await npw.call<{ B: BigMatrix }>('reshard', { A: 'A' }, { out: `file://${folder}/A`, tile: 4 })
  t.deepEqual(copy.layout.tile, [4, 4])
  t.deepEqual(await rowsOf(await BigMatrix.open(new FsStore(folder), 'A')), await rowsOf(await npw.open('A')))
})

test('what is noted of a matrix is kept: a symmetric one is its lower half, triangles turn over', async (t) => {
  await using npw = await library()
  const lower = grid(7, 7, (r, c) => (r >= c ? 1 + r * 7 + c : 0))
  const whole = grid(7, 7, (r, c) => 1 + Math.max(r, c) * 7 + Math.min(r, c))
  type Structure = NonNullable<MatrixAttributes['structure']>
  const structures: [Structure, number[][], Structure][] = [
    ['symmetric', whole, 'symmetric'],
    ['lower', lower, 'upper'],
  ]
  for (const [structure, seen, turned] of structures) {
    await matrix(npw, `A-${structure}`, lower, { attributes: { structure } })
    const A = `A-${structure}`
    const { B } = await npw.call<{ B: BigMatrix }>('transpose', { A }, { out: `${A}-t` })
    t.deepEqual(await rowsOf(B), transposed(seen))
    t.is(B.attributes.structure, turned)
    const { B: R } = await npw.call<{ B: BigMatrix }>('reshard', { A }, { out: `${A}-r`, tile: [2, 4] })
    t.deepEqual(await rowsOf(R), seen)
    t.is(R.attributes.structure, structure)
    t.is(
      (await npw.call('sum', { A })).report.facts.sum,
      seen.flat().reduce((a, b) => a + b),
    )
  }
})

test('verify finds results right, and a single element that is not', async (t) => {
  await using npw = await library()
  const rows = grid(7, 5, (r, c) => (r + 1.3) / (c + 0.7))
  await matrix(npw, 'A', rows)
  await matrix(
    npw,
    'B',
    grid(7, 5, (r, c) => r - c / 3),
    { tile: [2, 5] },
  )
  const calls = [
    ['transpose', { A: 'A' }, 'B', {}],
    ['reshard', { A: 'A' }, 'B', { tile: [2, 4], dtype: 'float32' }],
    ['map', { A: 'A' }, 'C', { op: 'exp' }],
    ['map', { A: 'A', B: 'B' }, 'C', { op: 'subtract', alpha: 0.3 }],
    ['sum', { A: 'A' }, 'S', { axis: '1' }],
    ['sum', { A: 'A' }, 'S', { axis: '0' }],
  ] as const
  for (const [name, operands, result, options] of calls) {
    await npw.call(name, operands, { ...options, out: 'R', ...overwrite })
    const verify = () => npw.verify(name, { ...operands, [result]: 'R' }, options)
    const { ratio, passed } = await verify()
    t.true(passed && ratio <= 8, `${name}: ${ratio}`)
    const R = await npw.open('R')
    const place = R.layout.shape.map((extent) => [extent - 1, extent] as const)
    const [last = 0] = (await R.read(...place)).data
    await R.write(...place, [last * (1 + 2 ** -16)])
    t.false((await verify()).passed, name)
  }
  await t.throwsAsync(npw.verify('transpose', { A: 'A', B: 'A' }), { message: /5 x 7|7 x 5/ })
  await t.throwsAsync(npw.verify('sum', { A: 'A', S: 'R' }, { axis: '1' }), { message: /a vector of 7 is wanted/ })
})

test('vectors are columns wherever a matrix is wanted', async (t) => {
  await using npw = await library()
  const A = grid(7, 7, (r, c) => (r === c ? 9 : 1 / (r + c + 1)))
  await matrix(npw, 'A', A, { tile: [3, 3] })
  await npw.sum('A', { axis: '1', out: 's' })
  const sums = [...(await (await npw.open('s')).read()).data]
  t.deepEqual((await npw.open('s')).layout.shape, [7])
  t.is((await npw.norm('s', { kind: 'max' })).report.facts.norm, Math.max(...sums))
  const { C } = await npw.map('s', { op: 'scale', alpha: 2, out: 'c' })
  t.deepEqual(C.layout.shape, [7, 1])
  t.deepEqual(
    [...(await C.read()).data],
    sums.map((value) => 2 * value),
  )
  t.true((await npw.verify('map', { A: 's', C: 'c' }, { op: 'scale', alpha: 2 })).passed)
  // A 1 = s.
  const { X } = await npw.solve('A', 's', { assume: 'spd', out: 'x' })
  for (const value of (await X.read()).data) t.true(Math.abs(value - 1) < 1e-12)
  const { B } = await npw.transpose('s', { out: 't' })
  t.deepEqual(await rowsOf(B), [sums])
})

async function refused(t: ExecutionContext<unknown>, call: PromiseLike<unknown>, message: RegExp): Promise<void> {
  await t.throwsAsync(async () => call, { name: 'InputError', message })
}

test('calls that make no sense are refused with what is wanted', async (t) => {
  await using npw = await library()
  await matrix(
    npw,
    'A',
    grid(4, 3, (r) => r),
  )
  await matrix(
    npw,
    'B',
    grid(3, 4, (r) => r),
  )
  await matrix(
    npw,
    'F',
    grid(4, 3, (r) => r),
    { dtype: 'float32' },
  )
  const [A, B] = ['A', 'B']
  await refused(t, npw.call('map', { A }, { out: 'C' }), /op is missing; it is one of scale, abs/)
  await refused(t, npw.call('map', { A }, { out: 'C', op: 'add' }), /add takes a second matrix; give it with --b/)
  await refused(t, npw.call('map', { A, B: A }, { out: 'C', op: 'exp' }), /exp takes one matrix/)
  await refused(t, npw.call('map', { A }, { out: 'C', op: 'exp', alpha: 2 }), /exp takes no alpha/)
  await refused(t, npw.call('map', { A, B }, { out: 'C', op: 'add' }), /A is 4 x 3 and .*B is 3 x 4; they must agree/)
  await refused(t, npw.call('map', { A, B: 'F' }, { out: 'C', op: 'add' }), /float64 and .* is float32/)
  await refused(t, npw.call('sum', { A }, { out: 'S' }), /a number and is not stored/)
  await refused(t, npw.call('sum', { A }, { axis: '0' }), /say where the sums by axis go/)
  await refused(t, npw.call('norm', { A }, { kind: '2' }), /kind must be one of 1, inf, fro, max/)
})
