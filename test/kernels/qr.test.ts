import test from 'ava'
import fc from 'fast-check'
import { type Dtype, KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import {
  at,
  dtypes,
  identity,
  isOrthonormal,
  isPaddingIntact,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
  runKernel,
  sameBits,
  transposed,
  triangle,
} from './helpers/tiles.ts'

/** LAPACK TESTING: 30. Healthy values are far below. */
const bar = 10

const one = async (...call: Parameters<typeof runKernel>): Promise<Tile> => (await runKernel(...call))[0]!

function stacked(above: Tile, below: Tile): Tile {
  return makeTile(above.rows + below.rows, above.cols, (r, c) =>
    r < above.rows ? at(above, r, c) : at(below, r - above.rows, c),
  )
}

function zeros(rows: number, cols: number): Tile {
  return makeTile(rows, cols, () => 0)
}

function isUpperTrapezoidal(tile: Tile): boolean {
  return sameBits(
    tile,
    makeTile(tile.rows, tile.cols, (r, c) => (r > c ? 0 : at(tile, r, c))),
  )
}

const shapes = fc.record({
  m: fc.integer({ min: 1, max: 36 }),
  n: fc.integer({ min: 1, max: 36 }),
  ib: fc.constantFrom(1, 3, 8, 16, 64),
  seed: fc.integer({ min: 1, max: 1e6 }),
})

for (const dtype of dtypes) {
  test(`geqrt and gemqrt, ${dtype}: A = Q R with Q orthogonal, of any shape`, async (t) => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ m, n, ib, seed }) => {
        const a = randomTile(m, n, seed, { dtype, gap: 2 })
        const [v, factor, r] = (await runKernel('geqrt', [a], { ib })) as [Tile, Tile, Tile]
        t.true(isUpperTrapezoidal(r))
        t.true(isUpperTrapezoidal(transposed(triangle(v, 'lower'))) && at(v, 0, 0) === 1)
        const q = await one('gemqrt', [v, factor, identity(m, dtype)], { trans: 0 })
        t.true(isOrthonormal(q, dtype, bar))
        // R may lack the rows of zeros below it, and then Q R is the same.
        const qr = await one('gemqrt', [v, factor, r], { trans: 0 })
        t.true(ratio(qr, a, norm1(a), dtype) < bar, `${m}x${n}, ib ${ib}`)
        const c = randomTile(m, 7, seed + 1, { dtype })
        const qc = await one('gemqrt', [v, factor, c])
        t.true(ratio(qc, product(transposed(q), c), norm1(c), dtype) < bar)
        for (const trans of [0, 1]) {
          const right = await one(
            'gemqrt',
            [v, factor, transposed(c)].map((x, i) => (i < 2 ? x : asKind(x, dtype))),
            { trans, side: 1 },
          )
          const wanted = product(transposed(c), trans ? transposed(q) : q)
          t.true(ratio(right, wanted, norm1(wanted), dtype) < bar)
        }
        const full = (await runKernel('geqrt', [a], { ib, full: 1 }))[2]!
        t.true(
          sameBits(
            full,
            makeTile(m, n, (row, col) => (row < r.rows ? at(r, row, col) : 0)),
          ),
        )
      }),
      { numRuns: 15 },
    )
  })

  for (const shape of ['full', 'triangle'] as const) {
    test(`tpqrt and tpmqrt, ${shape}, ${dtype}: [R; B] = Q [R1; 0] with Q orthogonal`, async (t) => {
      await fc.assert(
        fc.asyncProperty(shapes, async ({ m, n, ib, seed }) => {
          const name = shape === 'full' ? 'tpqrt' : 'ttqrt'
          const apply = shape === 'full' ? 'tpmqrt' : 'ttmqrt'
          const upper = (rows: number, next: Tile): Tile =>
            makeTile(rows, n, (r, c) => (r > c ? 0 : at(next, r, c)), { dtype, gap: 1 })
          const r = upper(n + 2, randomTile(n + 2, n, seed))
          const b = shape === 'full' ? randomTile(m, n, seed + 1, { dtype }) : upper(m, randomTile(m, n, seed + 1))
          const [v, factor, r1] = (await runKernel(name, [r, b], { ib })) as [Tile, Tile, Tile]
          t.true(isUpperTrapezoidal(r1))
          if (shape === 'triangle') t.true(isUpperTrapezoidal(v))
          const [back, below] = (await runKernel(apply, [v, factor, r1, undefined], { trans: 0 })) as [Tile, Tile]
          const given = stacked(r, b)
          t.true(ratio(stacked(back, below), given, norm1(given), dtype) < bar, `${m}x${n}, ib ${ib}`)

          const e = identity(n + 2, dtype)
          const [q11, q21] = (await runKernel(apply, [v, factor, e, undefined], { trans: 0 })) as [Tile, Tile]
          const [q12, q22] = (await runKernel(apply, [v, factor, undefined, identity(m, dtype)], { trans: 0 })) as [
            Tile,
            Tile,
          ]
          const padded = makeTile(n + 2, m, (row, col) => (row < n ? at(q12, row, col) : 0))
          const q = makeTile(n + 2 + m, n + 2 + m, (row, col) =>
            col < n + 2 ? at(stacked(q11, q21), row, col) : at(stacked(padded, q22), row, col - n - 2),
          )
          t.true(isOrthonormal(q, dtype, bar))

          const [x, y] = [randomTile(n + 2, 5, seed + 2, { dtype }), randomTile(m, 5, seed + 3, { dtype })]
          for (const trans of [0, 1]) {
            const wanted = product(trans ? transposed(q) : q, stacked(x, y))
            const [top, bottom] = (await runKernel(apply, [v, factor, x, y], { trans })) as [Tile, Tile]
            t.true(ratio(stacked(top, bottom), wanted, norm1(wanted), dtype) < bar)
            const sideways = [asKind(transposed(x), dtype), asKind(transposed(y), dtype)]
            const [left, right] = (await runKernel(apply, [v, factor, ...sideways], { trans: 1 - trans, side: 1 })) as [
              Tile,
              Tile,
            ]
            t.true(ratio(stacked(transposed(left), transposed(right)), wanted, norm1(wanted), dtype) < bar)
          }
        }),
        { numRuns: 10 },
      )
    })
  }

  test(`LQ, ${dtype}: A = L P and [L B] = [L1 0] P, applied from either side`, async (t) => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ m, n, ib, seed }) => {
        const a = randomTile(m, n, seed, { dtype, gap: 1 })
        const [v, factor, l] = (await runKernel('gelqt', [a], { ib })) as [Tile, Tile, Tile]
        t.true(isUpperTrapezoidal(transposed(l)))
        const p = await one('gemlqt', [v, factor, identity(n, dtype)], { trans: 0 })
        t.true(isOrthonormal(p, dtype, bar))
        const lp = await one('lq_leaf', [v, factor, l], { trans: 0 })
        t.true(ratio(lp, a, norm1(a), dtype) < bar)
        const fromLeft = await one('gemlqt', [v, factor, identity(n, dtype)], { side: 0, trans: 1 })
        t.true(ratio(fromLeft, transposed(p), 1, dtype) < bar)

        const lower = makeTile(m, m, (r, c) => (r < c ? 0 : at(randomLower, r, c)), { dtype })
        const [v2, t2, l1] = (await runKernel('tplqt', [lower, a], { ib })) as [Tile, Tile, Tile]
        const [left, right] = (await runKernel('lq_trailing_update', [v2, t2, lower, a])) as [Tile, Tile]
        t.true(ratio(left, l1, norm1(l1), dtype) < bar)
        t.true(ratio(right, zeros(m, n), norm1(l1), dtype) < bar)
      }),
      { numRuns: 10 },
    )
  })

  test(`extreme scales and zero columns, ${dtype}`, async (t) => {
    const scales = dtype === 'float64' ? [1e300, 1e150, 1e-150, 1e-300] : [1e36, 1e18, 1e-18, 1e-36]
    for (const scale of scales) {
      const plain = randomTile(40, 25, 7, { dtype })
      const a = makeTile(40, 25, (r, c) => (c % 6 === 5 ? 0 : at(plain, r, c) * scale), { dtype })
      const [v, factor, r] = (await runKernel('geqrt', [a], { ib: 16 })) as [Tile, Tile, Tile]
      const qr = await one('gemqrt', [v, factor, r], { trans: 0 })
      const down = (tile: Tile): Tile => makeTile(tile.rows, tile.cols, (i, j) => at(tile, i, j) / scale)
      t.true(ratio(down(qr), down(a), norm1(down(a)), dtype) < bar, `${scale}`)
      const q = await one('gemqrt', [v, factor, identity(40, dtype)], { trans: 0 })
      t.true(isOrthonormal(q, dtype, bar))
      const [v2, t2, r2] = (await runKernel('tpqrt', [r, a], { ib: 16 })) as [Tile, Tile, Tile]
      const [top, bottom] = (await runKernel('tpmqrt', [v2, t2, r2, undefined], { trans: 0 })) as [Tile, Tile]
      t.true(ratio(down(stacked(top, bottom)), down(stacked(r, a)), norm1(down(a)), dtype) < bar)
    }
    const [v, factor, r] = (await runKernel('geqrt', [makeTile(5, 4, () => 0, { dtype })])) as [Tile, Tile, Tile]
    t.true(sameBits(r, zeros(4, 4)))
    t.true(factor.data.every((value) => value === 0 || value === 12345))
    t.true(
      sameBits(
        v,
        makeTile(5, 4, (i, j) => (i === j ? 1 : 0)),
      ),
    )
  })
}

const randomLower = randomTile(45, 45, 99)

/** The tile in another dtype. */
function asKind(tile: Tile, dtype: Dtype): Tile {
  return makeTile(tile.rows, tile.cols, (r, c) => at(tile, r, c), { dtype })
}

test('donated operands are overwritten, others left alone, and the results are the same', async (t) => {
  const fresh = (): [Tile, Tile] => [triangle(randomTile(20, 20, 1), 'upper'), randomTile(33, 20, 2, { gap: 3 })]
  const [r, b] = fresh()
  const kept = await runKernel('tpqrt', [r, b], { ib: 8 })
  t.true(sameBits(r, fresh()[0]) && sameBits(b, fresh()[1]))
  const given = fresh()
  const taken = await runKernel('tpqrt', given, { ib: 8 }, [true, true])
  t.is(taken[0]!.data, given[1].data)
  t.is(taken[2]!.data, given[0].data)
  kept.forEach((tile, i) => void t.true(sameBits(tile, taken[i]!)))
  t.true(isPaddingIntact(given[1]))
  const [v, factor] = kept as [Tile, Tile]
  const c: [Tile, Tile] = [randomTile(20, 9, 3), randomTile(33, 9, 4)]
  const updated = await runKernel('tpmqrt', [v, factor, ...c], {}, [false, false, true, true])
  t.is(updated[0]!.data, c[0].data)
  t.is(updated[1]!.data, c[1].data)
})

test('qr_factor is geqrt of one tile and tpqrt of two; an absent partner changes nothing', async (t) => {
  const a = randomTile(12, 10, 5)
  const whole = await runKernel('geqrt', [a])
  const original = await runKernel('qr_factor', [a])
  whole.forEach((tile, i) => void t.true(sameBits(tile, original[i]!)))
  const r = original[2]!
  const [v, factor, same] = (await runKernel('qr_factor', [r, undefined])) as [Tile, Tile, Tile]
  t.true(sameBits(same, r))
  const s = randomTile(10, 4, 6)
  const [unchanged, nothing] = (await runKernel('qr_trailing_update', [v, factor, s, undefined])) as [Tile, Tile]
  t.true(sameBits(unchanged, s))
  t.true(nothing.data.every((value) => Math.abs(value) === 0))
})

test('signs: scaled rows have the diagonal that is wanted, cropped or kept', async (t) => {
  const r = makeTile(4, 2, (i, j) => (i > j ? 0 : -(i + j + 1)))
  const d = await one('diagonal_signs', [r])
  t.deepEqual([...d.data], [-1, -1])
  const cropped = await one('scale_rows', [r, d])
  t.deepEqual([cropped.rows, at(cropped, 0, 0), at(cropped, 1, 1)], [2, 1, 3])
  const whole = randomTile(4, 3, 1)
  const kept = await one('scale_rows', [whole, d, zeros(4, 1)])
  t.true(
    sameBits(
      kept,
      makeTile(4, 3, (i, j) => (i < 2 ? -1 : 1) * at(whole, i, j)),
    ),
  )
  const padded = await one('scale_rows', [whole, d, zeros(6, 1)])
  t.true(
    sameBits(
      padded,
      makeTile(6, 3, (i, j) => (i < 4 ? at(kept, i, j) : 0)),
    ),
  )
  t.true(
    sameBits(
      await one('diagonal', [d, zeros(3, 1)]),
      makeTile(3, 2, (i, j) => (i === j ? -1 : 0)),
    ),
  )
})

test('operands that do not fit are refused with their names', (t) => {
  const refused: readonly [string, readonly [number, number][], Record<string, number>, RegExp][] = [
    ['geqrt', [[3, 3]], { ib: 0 }, /ib is 0; a whole number from 1/],
    [
      'tpqrt',
      [
        [3, 4],
        [5, 4],
      ],
      {},
      /rows of R has 3; at least 4/,
    ],
    [
      'tpqrt',
      [
        [4, 4],
        [5, 3],
      ],
      {},
      /B is 5x3; 5x4/,
    ],
    [
      'gemqrt',
      [
        [5, 3],
        [8, 4],
        [5, 2],
      ],
      {},
      /T is 8x4; 8x3/,
    ],
    [
      'gemqrt',
      [
        [5, 3],
        [8, 3],
        [2, 2],
      ],
      {},
      /rows of C has 2; 3 to 5/,
    ],
    [
      'tpmqrt',
      [
        [5, 3],
        [8, 3],
        [3, 2],
        [4, 2],
      ],
      {},
      /B is 4x2; 5x2/,
    ],
    [
      'scale_rows',
      [
        [3, 3],
        [4, 1],
      ],
      {},
      /d has 4 rows; at most 3/,
    ],
  ]
  for (const [name, extents, keywords, message] of refused) {
    const operands = extents.map(([rows, cols]) => ({ rows, cols }))
    const error = t.throws(() => kernelRegistry.get(name)!.shape(operands, { positional: [], keywords }), {
      instanceOf: KernelArgumentError,
    })
    t.regex(error.message, message)
  }
})
