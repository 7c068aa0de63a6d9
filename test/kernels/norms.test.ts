import test from 'ava'
import {
  addColumnAbsSums,
  addRowAbsSums,
  FrobeniusSum,
  findNonFinite,
  isSameTile,
  maxAbs,
  type Tile,
} from '../../src/kernels/index.ts'
import { dtypes, makeTile, randomTile } from './helpers/tiles.ts'

async function frobenius(...tiles: Tile[]): Promise<number> {
  const sum = new FrobeniusSum()
  for (const tile of tiles) await sum.add(tile)
  return sum.value
}

for (const dtype of dtypes) {
  test(`norms of a small tile, ${dtype}`, async (t) => {
    const a = makeTile(2, 3, (r, c) => (r === 0 ? -1 : 1) * (r + 2 * c), { dtype, gap: 2 })
    const columns = new Float64Array([10, 0, 0])
    await addColumnAbsSums(a, columns)
    t.deepEqual([...columns], [11, 5, 9])
    const rows = new Float64Array(2)
    await addRowAbsSums(a, rows)
    t.deepEqual([...rows], [6, 9])
    t.is(await maxAbs(a), 5)
    t.true(Math.abs((await frobenius(a)) - Math.sqrt(0 + 4 + 16 + 1 + 9 + 25)) < 1e-14)
  })

  test(`the Frobenius norm neither overflows nor underflows, ${dtype}`, async (t) => {
    const [huge, tiny] = dtype === 'float64' ? [1e300, 1e-300] : [1e38, 1e-38]
    for (const size of [huge, tiny]) {
      const a = makeTile(3, 3, () => size, { dtype })
      const found = (await frobenius(a, a, a, a)) / Number(a.data[0])
      t.true(Math.abs(found - 6) < 1e-14, `${size}: ${found}`)
    }
    const mixed = await frobenius(
      makeTile(1, 1, () => tiny, { dtype }),
      makeTile(1, 1, () => 3, { dtype }),
    )
    t.is(mixed, 3)
    t.is(await frobenius(makeTile(2, 2, () => 0, { dtype })), 0)
    t.is(await frobenius(makeTile(2, 2, () => -Infinity, { dtype })), Infinity)
    t.true(
      Number.isNaN(
        await frobenius(
          makeTile(2, 2, (r) => (r ? Number.NaN : 1), { dtype }),
          makeTile(1, 1, () => 1),
        ),
      ),
    )
  })

  test(`the first NaN or infinity is found by row and column, ${dtype}`, async (t) => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const a = makeTile(50, 40, (r, c) => ((c === 7 && r >= 33) || c > 20 ? bad : 1e30), { dtype, gap: 3 })
      t.deepEqual(await findNonFinite(a), { row: 33, col: 7 })
    }
    t.is(await findNonFinite(randomTile(50, 40, 1, { dtype })), undefined)
    t.is(await findNonFinite(makeTile(0, 4, () => 0, { dtype })), undefined)
    t.true(Number.isNaN(await maxAbs(makeTile(3, 3, (r, c) => (r + c === 1 ? Number.NaN : 9), { dtype }))))
  })

  test(`tiles are equal by bits, ${dtype}`, async (t) => {
    const a = randomTile(20, 10, 3, { dtype })
    t.true(await isSameTile(a, randomTile(20, 10, 3, { dtype, gap: 5 })))
    t.false(await isSameTile(a, randomTile(20, 10, 4, { dtype })))
    t.false(
      await isSameTile(
        makeTile(1, 1, () => 0, { dtype }),
        makeTile(1, 1, () => -0, { dtype }),
      ),
    )
  })
}
