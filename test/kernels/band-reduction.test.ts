import test from 'ava'
import { KernelArgumentError, kernelRegistry, type Tile } from '../../src/kernels/index.ts'
import { at, dtypes, makeTile, product, randomTile, ratio, runKernel, sameBits, transposed } from './helpers/tiles.ts'

const block = (a: Tile, row: number, col: number, rows = a.rows - row, cols = a.cols - col): Tile =>
  makeTile(rows, cols, (r, c) => at(a, row + r, col + c))

for (const dtype of dtypes) {
  test(`gemm_part leaves what a panel has passed, ${dtype}`, async (t) => {
    const a = randomTile(7, 5, 1, { dtype })
    const b = randomTile(5, 6, 2, { dtype })
    const c = randomTile(7, 6, 3, { dtype })
    const part = product(block(a, 2, 1), block(b, 1, 3))
    const inside = (r: number, col: number): boolean => r >= 2 && col >= 3
    const added = makeTile(7, 6, (r, col) => at(c, r, col) + (inside(r, col) ? at(part, r - 2, col - 3) : 0))
    const scalars = { row: 2, col: 3, inner: 1 }
    t.true(ratio((await runKernel('gemm_part', [c, a, b], scalars))[0]!, added, 1, dtype) < 3)
    const alone = makeTile(7, 6, (r, col) => (inside(r, col) ? at(part, r - 2, col - 3) : 0))
    t.true(ratio((await runKernel('gemm_part', [a, b], scalars))[0]!, alone, 1, dtype) < 3)
    const turned = makeTile(5, 7, (r, col) => at(a, col, r), { dtype })
    t.true(ratio((await runKernel('gemm_part', [turned, b], { ...scalars, trans_a: 1 }))[0]!, alone, 1, dtype) < 3)
    t.true(sameBits((await runKernel('gemm_part', [c, a, b], { row: 7 }))[0]!, c), 'nothing is left to do')
  })

  test(`panel_part gives rows of V and of V T, ${dtype}`, async (t) => {
    const v = randomTile(9, 3, 1, { dtype })
    const factor = randomTile(3, 3, 2, { dtype })
    const [part, product_] = (await runKernel('panel_part', [v, factor], { row: 6, rows: 4 })) as [Tile, Tile]
    t.true(sameBits(part, block(v, 6, 0)))
    t.true(ratio(product_, product(block(v, 6, 0), factor), 1, dtype) < 3)
  })

  test(`ge2gb_row gathers a row panel of what the reflector from the left leaves, ${dtype}`, async (t) => {
    const s = randomTile(8, 5, 1, { dtype })
    const v = randomTile(8, 2, 2, { dtype })
    const z = randomTile(5, 2, 3, { dtype })
    const vz = product(v, transposed(z))
    const rows = makeTile(5, 2, (r, c) => at(s, 4 + c, r) - at(vz, 4 + c, r))
    const [first] = (await runKernel('ge2gb_row', [s, v, z], { row: 4, at: 5, n: 12 })) as [Tile]
    t.true(ratio(block(first, 5, 0, 5), rows, 1, dtype) < 3)
    t.true(
      sameBits(
        block(first, 0, 0, 5),
        makeTile(5, 2, () => 0),
      ),
    )
    const [second] = (await runKernel('ge2gb_row', [first, s, v, z], { row: 4, at: 0 })) as [Tile]
    t.true(ratio(block(second, 0, 0, 5), rows, 1, dtype) < 3)
    t.true(sameBits(block(second, 5, 0), block(first, 5, 0)))
  })

  test(`ge2gb_update applies both reflectors of a step, ${dtype}`, async (t) => {
    const s = randomTile(6, 7, 1, { dtype })
    const [v, x, w] = [randomTile(6, 2, 2, { dtype }), randomTile(6, 2, 3, { dtype }), randomTile(7, 2, 4, { dtype })]
    const z = randomTile(7, 2, 5, { dtype })
    const [vz, xw] = [product(v, transposed(z)), product(x, transposed(w))]
    const wanted = makeTile(6, 7, (r, c) => at(s, r, c) - (r >= 1 && c >= 3 ? at(vz, r, c) + at(xw, r, c) : 0))
    t.true(ratio((await runKernel('ge2gb_update', [s, v, z, x, w], { row: 1, col: 3 }))[0]!, wanted, 1, dtype) < 3)
  })
}

test('band_place keeps to the band and to the matrix', async (t) => {
  const x = makeTile(3, 3, (r, c) => 10 * (r + 1) + c + 1)
  const [start] = (await runKernel('band_place', [x], { n: 5, width: 2 })) as [Tile]
  const [both] = (await runKernel('band_place', [start, x], { row: 2, col: 3, trans: 1 })) as [Tile]
  const element = (r: number, c: number): number => {
    if (r >= 2 && c >= 3) return at(x, c - 3, r - 2)
    return r < 3 && c < 3 ? at(x, r, c) : 0
  }
  for (let c = 0; c < 5; c++)
    for (let r = Math.max(0, c - 2); r <= c; r++) t.is(at(both, 2 + r - c, c), element(r, c), `${r}, ${c}`)
})

test('shapes that do not fit are named', (t) => {
  const e = (rows: number, cols: number): { rows: number; cols: number } => ({ rows, cols })
  const cases: [string, { rows: number; cols: number }[], RegExp][] = [
    ['gemm_part', [e(3, 3), e(3, 2), e(3, 3)], /B is 3x3; 2x3/],
    ['panel_part', [e(5, 3), e(2, 2)], /T is 2x2; 3x3/],
    ['ge2gb_row', [e(4, 4), e(4, 2), e(3, 2)], /Z is 3x2; 4x2/],
    ['ge2gb_update', [e(4, 4), e(4, 2), e(4, 2), e(4, 2), e(3, 2)], /W is 3x2; 4x2/],
  ]
  for (const [name, operands, message] of cases) {
    t.throws(() => kernelRegistry.get(name)!.shape(operands, { positional: [], keywords: {} }), {
      instanceOf: KernelArgumentError,
      message,
    })
  }
})
