import test from 'ava'
import {
  type Extent,
  type Kernel,
  KernelArgumentError,
  kernelRegistry,
  NotPositiveDefiniteError,
  type Tile,
} from '../../src/kernels/index.ts'
import {
  at,
  dtypes,
  makeContext,
  makeTile,
  norm1,
  product,
  randomTile,
  ratio,
  rowsOf,
  sameBits,
  spdTile,
  transposed,
  triangle,
} from './helpers/tiles.ts'

function kernel(name: string): Kernel {
  const found = kernelRegistry.get(name)
  if (!found) throw new RangeError(`no kernel ${name}`)
  return found
}

async function run(
  name: string,
  operands: readonly (Tile | undefined)[],
  keywords: Record<string, number> = {},
  donated: readonly boolean[] = [],
): Promise<Tile> {
  const context = makeContext({ keywords }, donated)
  const [result] = await kernel(name).run(operands, context)
  if (!result) throw new RangeError(`${name} gave no tile`)
  const [extent] = kernel(name).shape(operands, context.scalars)
  if (extent?.rows !== result.rows || extent.cols !== result.cols) throw new RangeError(`${name}: shape() disagrees`)
  return result
}

test('names and aliases, numpywren’s among them', (t) => {
  const names = kernelRegistry.list().map(({ name }) => name)
  t.is(new Set(names).size, names.length)
  t.is(kernelRegistry.get('chol'), kernelRegistry.get('potrf'))
  t.is(kernelRegistry.get('add_matrices'), kernelRegistry.get('add'))
  t.is(kernelRegistry.get('identity'), kernelRegistry.get('copy'))
  for (const name of ['trsm', 'syrk', 'gemm', 'mul', 'trsm_sub']) t.truthy(kernelRegistry.get(name))
  t.is(kernelRegistry.get('nothing'), undefined)
})

for (const dtype of dtypes) {
  test(`one step of Cholesky, ${dtype}: potrf, trsm and both kinds of syrk`, async (t) => {
    const n = 40
    const whole = spdTile(3 * n, 1, { dtype })
    const block = (i: number, j: number): Tile =>
      makeTile(n, n, (r, c) => at(whole, i * n + r, j * n + c), { dtype, gap: 2 })
    const l00 = await run('chol', [block(0, 0)])
    const l10 = await run('trsm', [l00, block(1, 0)])
    const l20 = await run('trsm', [l00, block(2, 0)])
    const s11 = await run('syrk', [block(1, 1), l10, l10])
    const s21 = await run('syrk', [block(2, 1), l20, l10])
    t.true(ratio(product(l10, transposed(l00)), block(1, 0), norm1(whole), dtype) < 3)
    const wanted = (i: number, j: number, a: Tile, b: Tile): Tile => {
      const ab = product(a, transposed(b))
      return makeTile(n, n, (r, c) => at(block(i, j), r, c) - at(ab, r, c))
    }
    t.true(ratio(s11, wanted(1, 1, l10, l10), norm1(whole), dtype) < 3)
    t.true(ratio(s21, wanted(2, 1, l20, l10), norm1(whole), dtype) < 3)
    t.true(sameBits(s11, transposed(s11)), 'a symmetric update is symmetric')
  })

  test(`syrk updates the lower half for one tile twice and the whole for two tiles of equal values, ${dtype}`, async (t) => {
    const a = randomTile(33, 20, 1, { dtype })
    const copy = randomTile(33, 20, 1, { dtype, gap: 4 })
    const s = spdTile(33, 2, { dtype })
    const lower = triangle(s, 'lower')
    const half = makeTile(33, 33, (r, c) => at(lower, r, c), { dtype })
    const once = await run('syrk', [s, a, a])
    t.true(sameBits(once, await run('syrk', [half, a, a])), 'the upper half is not read')
    const any = randomTile(33, 33, 5, { dtype })
    const whole = await run('syrk', [any, a, copy])
    const square = product(a, transposed(a))
    const wanted = makeTile(33, 33, (r, c) => at(any, r, c) - at(square, r, c))
    t.true(ratio(whole, wanted, norm1(any), dtype) < 3)
  })

  test(`a donated operand gives the same bits without a new tile, ${dtype}`, async (t) => {
    const n = 37
    const make = (seed: number): Tile => spdTile(n, seed, { dtype, gap: 3 })
    const column = (seed: number): Tile => randomTile(n, 1, seed, { dtype })
    const cases: [string, Tile[], Record<string, number>][] = [
      ['potrf', [make(1)], {}],
      ['trsm', [make(1), make(2)], {}],
      ['syrk', [make(1), make(2), make(3)], {}],
      ['gemm', [make(1), make(2), make(3)], { alpha: -1, trans_b: 1 }],
      ['add', [make(1), make(2), make(3)], {}],
      ['geadd', [make(1), make(2)], { beta: 2, trans: 1 }],
      ['mul', [make(1), make(2)], {}],
      ['scale', [make(1)], { alpha: 3 }],
      ['copy', [make(1)], {}],
      ['shift_diagonal', [make(1)], { alpha: 1e-3 }],
      ['trsm_sub', [make(1), make(2), make(3)], {}],
      ['rbf', [make(1), column(2), column(3)], { gamma: 0.1 }],
      ['row_sumsq', [make(1), column(2)], {}],
    ]
    for (const [name, operands, keywords] of cases) {
      const before = operands.map((tile) => rowsOf(tile))
      const copied = await run(name, operands, keywords)
      t.deepEqual(
        operands.map((tile) => rowsOf(tile)),
        before,
        `${name} leaves its operands alone`,
      )
      const [position = 0] = kernel(name).reuses
      const donated = operands.map((_, i) => i === position)
      const context = makeContext({ keywords }, donated)
      const [reused] = await kernel(name).run(operands, context)
      t.is(context.allocated, 0, name)
      t.is(reused, operands[position], name)
      t.true(sameBits(copied, reused as Tile), name)
    }
  })

  test(`gemm with two and three operands, ${dtype}`, async (t) => {
    const a = randomTile(5, 7, 1, { dtype })
    const b = randomTile(7, 4, 2, { dtype })
    const c = randomTile(5, 4, 3, { dtype })
    const ab = product(a, b)
    t.true(ratio(await run('gemm', [a, b]), ab, norm1(a) * norm1(b), dtype) < 3)
    t.true(
      ratio(
        await run('gemm', [transposed2(a), transposed2(b)], { trans_a: 1, trans_b: 1 }),
        ab,
        norm1(a) * norm1(b),
        dtype,
      ) < 3,
    )
    const sum = makeTile(5, 4, (r, col) => 2 * at(c, r, col) - at(ab, r, col))
    t.true(ratio(await run('gemm', [c, a, b], { alpha: -1, beta: 2 }), sum, norm1(a) * norm1(b), dtype) < 3)
    function transposed2(tile: Tile): Tile {
      return makeTile(tile.cols, tile.rows, (r, col) => at(tile, col, r), { dtype })
    }
  })
}

test('trsm takes codes for side, triangle, transpose and unit diagonal', async (t) => {
  const tri = spdTile(4, 1)
  const b = randomTile(4, 6, 2)
  const x = await run('trsm', [tri, b], { side: 0, upper: 1, trans: 0, alpha: 2 })
  const back = product(triangle(tri, 'upper'), x)
  t.true(
    ratio(
      back,
      makeTile(4, 6, (r, c) => 2 * at(b, r, c)),
      norm1(tri) * norm1(x),
      'float64',
    ) < 3,
  )
})

test('trsm_sub is one step of a substitution', async (t) => {
  const l = triangle(spdTile(4, 1), 'lower')
  const s = randomTile(4, 2, 2)
  const b = randomTile(4, 2, 3)
  const x = await run('trsm_sub', [l, s, b])
  const wanted = makeTile(4, 2, (r, c) => at(b, r, c) - at(s, r, c))
  t.true(ratio(product(l, x), wanted, norm1(l) * norm1(x), 'float64') < 3)
  t.true(ratio(product(l, await run('trsm_sub', [l, undefined, b])), b, norm1(l), 'float64') < 3)
})

test('absent operands count as zero where the kernel says so', async (t) => {
  const a = randomTile(3, 2, 1)
  const b = randomTile(3, 2, 2)
  const sum = await run('add', [undefined, a, undefined, b])
  t.is(at(sum, 2, 1), at(a, 2, 1) + at(b, 2, 1))
  t.true(sameBits(await run('row_sumsq', [a, undefined]), await run('row_sumsq', [a])))
  await t.throwsAsync(run('add', [undefined, undefined]), { instanceOf: KernelArgumentError, message: /absent/ })
  await t.throwsAsync(run('potrf', [undefined]), { instanceOf: KernelArgumentError, message: /absent/ })
})

test('a donated tile that is also read elsewhere in the call is copied', async (t) => {
  const a = randomTile(4, 4, 1)
  const context = makeContext({}, [true, false])
  const [sum] = await kernel('add').run([a, a], context)
  t.is(context.allocated, 1)
  t.is(at(sum as Tile, 1, 2), 2 * at(a, 1, 2))
})

test('transpose', async (t) => {
  const a = randomTile(3, 5, 1)
  t.true(sameBits(await run('transpose', [a]), transposed(a)))
})

test('shapes that do not fit, and scalars that are not known, are named', (t) => {
  const e = (rows: number, cols: number): Extent => ({ rows, cols })
  const none = { positional: [], keywords: {} }
  const cases: [string, Extent[], Record<string, number>, RegExp][] = [
    ['potrf', [e(3, 4)], {}, /A is 3x4; 3x3 is wanted/],
    ['trsm', [e(3, 3), e(5, 4)], {}, /T is 3x3; 4x4/],
    ['syrk', [e(3, 3), e(3, 2), e(4, 2)], {}, /B is 4x2; 3x2/],
    ['gemm', [e(3, 3), e(4, 3)], {}, /op\(B\) is 4x3; 3x3/],
    ['gemm', [e(1, 1), e(3, 4), e(4, 3)], {}, /C is 1x1; 3x3/],
    ['add', [e(3, 3), e(4, 3)], {}, /operand 1 is 4x3/],
    ['rbf', [e(3, 2), e(3, 1), e(3, 1)], { gamma: 1 }, /yy is 3x1; 2x1/],
    ['rbf', [e(3, 2), e(3, 1), e(2, 1)], {}, /scalar gamma is missing/],
    ['trsm', [e(4, 4), e(5, 4)], { sides: 1 }, /no scalar sides; it takes side, upper/],
    ['trsm', [e(4, 4), e(5, 4)], { side: 2 }, /side is 2; 0 or 1/],
  ]
  for (const [name, operands, keywords, message] of cases) {
    t.throws(() => kernel(name).shape(operands, { ...none, keywords }), { instanceOf: KernelArgumentError, message })
  }
  const scale = kernel('scale')
  t.deepEqual(scale.shape([e(2, 3)], { positional: [2], keywords: {} }), [e(2, 3)])
  const tooMany = { positional: [2, 3], keywords: {} }
  t.throws(() => scale.shape([e(2, 3)], tooMany), { message: /2 scalars were given; it takes alpha/ })
  const twice = { positional: [2], keywords: { alpha: 3 } }
  t.throws(() => scale.shape([e(2, 3)], twice), { message: /by position and by keyword/ })
})

test('flops follow LAPACK’s counts', (t) => {
  const e = (rows: number, cols: number): Extent => ({ rows, cols })
  const none = { positional: [], keywords: {} }
  t.is(kernel('potrf').flops([e(6, 6)], none), 72 + 18 + 1)
  t.is(kernel('trsm').flops([e(3, 3), e(5, 3)], none), 45)
  t.is(kernel('gemm').flops([e(2, 3), e(3, 4)], none), 48)
  const l = e(4, 3)
  t.is(kernel('syrk').flops([e(4, 4), l, l], none), 60)
  t.is(kernel('syrk').flops([e(4, 4), l, e(4, 3)], none), 96)
})

test('a matrix that is not positive definite names its row', async (t) => {
  const a = makeTile(5, 5, (r, c) => (r === c ? (r === 3 ? -1 : 1) : 0))
  const error = await t.throwsAsync(run('potrf', [a]), { instanceOf: NotPositiveDefiniteError })
  t.is(error.row, 3)
})
